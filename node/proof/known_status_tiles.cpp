// SPDX-License-Identifier: Apache-2.0
#include "node/proof/known_status_tiles.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kOctets = std::size_t{32} << 20;

std::uint64_t mix(std::uint64_t sum, std::uint64_t value) {
  sum = (sum ^ value) * 0x9e3779b97f4a7c15;
  return sum ^ (sum >> 29);
}

}  // namespace

KnownStatusTiles::KnownStatusTiles() : tiles_(kOctets) {}

StatusTileSource KnownStatusTiles::source(const StoreReader& reader, const Place& place) {
  StatusTileSource stored = tiles_at(reader, place.issuer, place.list, place.epoch);
  return [this, place, stored = std::move(stored)](
             std::uint32_t level, std::uint64_t index) -> Result<std::optional<StatusTileNodes>> {
    if (level == 0) return stored(level, index);
    const std::uint64_t list = mix(mix(place.epoch, place.issuer), place.list);
    const std::uint64_t name = mix(mix(list, level), index);
    // Two tiles may have one name.
    const auto known = tiles_.find(name);
    if (known != nullptr && known->place == place && known->level == level &&
        known->index == index) {
      return known->nodes;
    }
    Result<std::optional<StatusTileNodes>> nodes = stored(level, index);
    if (!nodes) return nodes;
    auto tile = std::make_shared<const Tile>(Tile{place, level, index, *nodes});
    tiles_.remember(name, std::move(tile), sizeof(Tile));
    return nodes;
  };
}

}  // namespace kedge::node
