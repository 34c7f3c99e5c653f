// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

constexpr std::uint64_t kMaxPage = 10'000;

void write_change(rpc::JsonWriter& json, const StatusChange& change) {
  json.begin_object()
      .number("list", change.target.list)
      .number("index", change.target.index)
      .string("old", status_name(change.before))
      .string("new", status_name(change.after))
      .time("time", change.time_ms)
      .end_object();
}

/// Changes [first, first + count) of the issuer; reason and actor do not leave with them.
Status write_changes(rpc::JsonWriter& json, const StoreReader& reader, IssuerId issuer,
                     std::uint64_t first, std::uint64_t count) {
  const Error enough{Errc::internal, "enough"};
  std::uint64_t left = count;
  const Status visited = reader.visit_changes(issuer, first, [&](const ChangeRun& run) -> Status {
    for (const StatusChange& change : run.changes) {
      if (left == 0) return enough;
      write_change(json, change);
      --left;
    }
    return left == 0 ? Status(enough) : Status();
  });
  if (left == 0) return {};
  if (!visited) return visited;
  return Error{Errc::corrupt, "changes of a status entry are missing"};
}

}  // namespace

Status status_changes(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::uint64_t log_index = params.integer("log_index", 0, ~std::uint64_t{0});
  const std::uint64_t start = params.optional_integer("start", 0, ~std::uint64_t{0}).value_or(0);
  const std::uint64_t wanted = params.optional_integer("count", 1, kMaxPage).value_or(kMaxPage);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<StatusRow> row = reader->status_entry_at(log_index);
  if (!row && row.error().code == Errc::not_found) {
    return Error{Errc::not_found, "there is no status entry at this log index"};
  }
  if (!row) return row.error();
  if (start >= row->count) {
    return invalid_argument(
        "expected less than the number of changes, " + std::to_string(row->count), "start");
  }
  const Result<IssuerRow> issuer = reader->issuer(row->issuer);
  if (!issuer) return issuer.error();
  rpc::JsonWriter json(out);
  json.begin_object()
      .number("log_index", log_index)
      .string("issuer", issuer->name)
      .number("epoch", row->epoch)
      .number("first_change", row->first_change)
      .number("count", row->count)
      .hash("changes_root", row->changes_root)
      .hash("status_root", row->status_root)
      .begin_array("lists");
  for (const ListRecord& list : row->lists) {
    json.begin_object()
        .number("list", list.list)
        .number("size", list.size)
        .hash("bits_root", list.bits_root)
        .end_object();
  }
  json.end_array().number("start", start).begin_array("changes");
  const Status written = write_changes(json, *reader, row->issuer, row->first_change + start,
                                       std::min<std::uint64_t>(wanted, row->count - start));
  if (!written) return written;
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
