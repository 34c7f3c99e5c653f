// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <mutex>
#include <tuple>
#include <unordered_map>

#include "node/store/store.hpp"

namespace kedge::node {

/// What a memory store holds. What only grows is shared with its snapshots, which know how much of
/// it they see; what changes in place is replaced as a whole (copy on write).
struct MemoryState {
  /// Small and replaced by every write that changes it.
  struct View {
    std::vector<IssuerRow> issuers;
    std::vector<std::uint64_t> next_positions;
    std::vector<TileEdge> edges;
    std::map<std::pair<std::string, std::uint64_t>, AnchorRow> anchors;
    std::uint64_t anchor_writes = 0;
    std::uint64_t log_size = 0;
    std::size_t checkpoints = 0;
    /// The epochs before this one are there.
    std::uint64_t next_epoch = 0;
    std::vector<std::uint64_t> next_changes;
    std::map<std::pair<IssuerId, std::uint32_t>, StatusListRow> status_lists;
    std::size_t allocations = 0;
    /// By issuer, list, encoding and epoch.
    std::map<std::tuple<IssuerId, std::uint32_t, std::uint8_t, std::uint64_t>,
             std::shared_ptr<const PublishedList>>
        published;
  };

  struct Batch {
    BatchRow row;
    std::vector<std::vector<Hash>> levels;
  };

  struct Issuer {
    /// By first position.
    std::map<std::uint64_t, std::shared_ptr<const Run>> runs;
    std::map<std::uint64_t, Batch> batches;
    /// By first change.
    std::map<std::uint64_t, std::shared_ptr<const ChangeRun>> changes;
    /// Every status that a target has had, in order of changes.
    std::map<StatusTarget, std::vector<TargetStatus>> targets;
    /// By request key; how many allocations there were before it, of all issuers.
    std::map<std::string, std::pair<std::size_t, Allocation>, std::less<>> allocations;
    /// By epoch.
    std::map<std::uint64_t, StatusRow> statuses;
    /// By list, level and index; then by epoch.
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t>,
             std::map<std::uint64_t, StatusTileNodes>>
        status_tiles;
  };

  /// Digests are hashes already; any eight octets of one will do in a store that trusts its user.
  struct DigestHash {
    std::size_t operator()(const Hash& digest) const noexcept;
  };

  explicit MemoryState(StoreIdentity id) : identity(std::move(id)) {}

  const StoreIdentity identity;
  mutable std::mutex mutex;
  std::shared_ptr<const View> view = std::make_shared<View>();
  std::vector<Issuer> issuers;
  std::unordered_map<std::string, IssuerId> names;
  std::unordered_multimap<Hash, Location, DigestHash> digests;
  std::vector<Bytes> entries;
  /// By log index.
  std::map<std::uint64_t, Location> batches;
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Hash>> tiles;
  /// By order, which is that of epochs and of sizes.
  std::vector<CheckpointRow> checkpoints;
};

/// A view of `state` as it is now.
std::unique_ptr<StoreReader> make_memory_reader(const MemoryState& state);

}  // namespace kedge::node
