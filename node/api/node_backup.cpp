// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <memory>

#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::size_t kNameChars = 64;

/// A name in the configured folder, which leads nowhere else.
bool is_plain_name(std::string_view name) {
  const auto alphanumeric = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && alphanumeric(name.front()) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

std::string shown(const MadeBackup& made) {
  std::string out;
  const BackupManifest& manifest = made.manifest;
  rpc::JsonWriter json(out);
  json.begin_object()
      .string("path", made.folder.string())
      .string("origin", manifest.origin)
      .number("log_size", manifest.log_size)
      .hash("root", manifest.root)
      .time("time", manifest.time_ms)
      .string("version", manifest.version)
      .number("files", manifest.files.size())
      .number("bytes", manifest.bytes())
      .begin_array("left_out");
  for (const LeftOut& file : manifest.left_out) {
    json.begin_object().string("setting", file.setting).string("path", file.path).end_object();
  }
  json.end_array().end_object();
  return out;
}

}  // namespace

void node_backup(const Services& services, std::string_view text, const rpc::Caller& caller,
                 rpc::Reply reply) {
  rpc::Params params(text);
  const auto name = params.optional_string("name", kNameChars);
  if (name && !is_plain_name(*name)) {
    params.fail("name",
                "expected 1 to 64 letters, digits, \".\", \"_\" and \"-\", the first a letter or "
                "a digit");
  }
  if (Status status = params.finish(); !status) return reply.fail(std::move(status).error());
  const Writer writer = writer_of(caller);
  if (Status allowed = check_operator(writer); !allowed) {
    return reply.fail(std::move(allowed).error());
  }
  if (!services.backup.make) {
    return reply.fail(Error{Errc::unavailable, "this node makes no backups"});
  }
  // std::function wants a callable that can be copied.
  const auto shared = std::make_shared<rpc::Reply>(std::move(reply));
  services.backup.make(name.value_or(""), [&services, writer, shared](Result<MadeBackup> made) {
    const std::string what = made ? " " + made->folder.filename().string() : std::string();
    services.writes.note_operation(writer, "node_backup" + what, {},
                                   made ? Status() : Status(made.error()));
    if (!made) return shared->fail(std::move(made).error());
    shared->ok(shown(*made));
  });
}

}  // namespace kedge::node::api
