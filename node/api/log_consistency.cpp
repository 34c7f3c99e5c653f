// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/api/published.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {

Status log_consistency(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const std::uint64_t old_size = params.integer("old_size", 1, ~std::uint64_t{0});
  const auto wanted = params.optional_integer("new_size", 1, ~std::uint64_t{0});
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::uint64_t> new_size = published_size(*reader, wanted, "new_size");
  if (!new_size) return new_size.error();
  if (old_size > *new_size) {
    return invalid_argument("expected at most the new size, " + std::to_string(*new_size),
                            "old_size");
  }
  const auto path = node::log_consistency(old_size, *new_size, tiles_of(*reader));
  if (!path) return path.error();
  rpc::JsonWriter json(out);
  json.begin_object()
      .number("old_size", old_size)
      .number("new_size", *new_size)
      .begin_array("path");
  for (const Hash& hash : *path) json.hash({}, hash);
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
