// SPDX-License-Identifier: Apache-2.0
#include "node/store/status_store.hpp"

namespace kedge::node {

StatusTileSource tiles_at(const StatusReader& reader, IssuerId id, std::uint32_t list,
                          std::uint64_t epoch) {
  return [&reader, id, list, epoch](std::uint32_t level,
                                    std::uint64_t index) -> Result<std::optional<StatusTileNodes>> {
    auto stored = reader.status_tile(id, list, level, index, epoch);
    if (stored) return std::optional(stored->at.tile.nodes);
    if (stored.error().code == Errc::not_found) return std::optional<StatusTileNodes>{};
    return stored.error();
  };
}

}  // namespace kedge::node
