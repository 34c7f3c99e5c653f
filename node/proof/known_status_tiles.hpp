// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "node/log/status_tree.hpp"
#include "node/proof/bounded_cache.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// Remembers the upper tiles of status lists as of some epoch: many proofs need the same few, and
/// they never change. The lowest ones, of chunks, are read each time. Bounded in octets.
/// Thread-safe.
class KnownStatusTiles {
 public:
  /// A list as of an epoch.
  struct Place {
    IssuerId issuer = 0;
    std::uint32_t list = kRegister;
    std::uint64_t epoch = 0;
    friend bool operator==(const Place&, const Place&) = default;
  };

  KnownStatusTiles();

  /// `reader` and this must outlive the source.
  StatusTileSource source(const StoreReader& reader, const Place& place);

 private:
  struct Tile {
    Place place;
    std::uint32_t level = 0;
    std::uint64_t index = 0;
    std::optional<StatusTileNodes> nodes;
  };

  BoundedCache<Tile> tiles_;
};

}  // namespace kedge::node
