// SPDX-License-Identifier: Apache-2.0
#include "node/api/published.hpp"

namespace kedge::node::api {

Result<CheckpointRow> newest_checkpoint(const StoreReader& reader) {
  Result<CheckpointRow> row = reader.latest_checkpoint();
  if (!row && row.error().code == Errc::not_found) {
    return Error{Errc::unavailable, "the log has no checkpoint yet"};
  }
  return row;
}

Result<std::uint64_t> published_size(const StoreReader& reader, std::optional<std::uint64_t> wanted,
                                     std::string_view field) {
  const Result<CheckpointRow> newest = newest_checkpoint(reader);
  if (!newest) return newest.error();
  if (!wanted) return newest->size;
  if (*wanted <= newest->size) return *wanted;
  return invalid_argument("expected at most the published size, " + std::to_string(newest->size),
                          std::string(field));
}

TileSource tiles_of(const StoreReader& reader) {
  return [&reader](std::uint32_t level, std::uint64_t index) { return reader.tile(level, index); };
}

}  // namespace kedge::node::api
