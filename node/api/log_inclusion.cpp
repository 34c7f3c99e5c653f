// SPDX-License-Identifier: Apache-2.0
#include "crypto/tree_hash.hpp"
#include "node/api/handlers.hpp"
#include "node/api/published.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status log_inclusion(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::uint64_t index = params.integer("index", 0, ~std::uint64_t{0});
  const auto wanted = params.optional_integer("size", 1, ~std::uint64_t{0});
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::uint64_t> size = published_size(*reader, wanted, "size");
  if (!size) return size.error();
  if (index >= *size) {
    return invalid_argument("expected less than the size, " + std::to_string(*size), "index");
  }
  const Result<Bytes> entry = reader->log_entry(index);
  if (!entry) return entry.error();
  const auto path = node::log_inclusion(index, *size, tiles_of(*reader));
  if (!path) return path.error();
  rpc::JsonWriter json(out);
  json.begin_object()
      .number("index", index)
      .number("size", *size)
      .hash("leaf_hash", crypto::leaf_hash(*entry))
      .begin_array("path");
  for (const Hash& hash : *path) json.hash({}, hash);
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
