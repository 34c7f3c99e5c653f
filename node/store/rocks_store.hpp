// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>

#include "node/store/store.hpp"

namespace kedge::node {

/// Sizes of the RocksDB engine. The defaults bound its memory at about 1.6 GiB whatever is stored:
/// block and leaf cache, locator cache and filter, two locator tails of 32 MiB, and write buffers.
struct RocksOptions {
  /// Octets for blocks, indexes and filters of all column families together.
  std::size_t block_cache_bytes = std::size_t{256} << 20;
  /// Octets at most for leaf entries that were asked for, 49 each in windows of 256.
  std::size_t leaf_cache_bytes = std::size_t{512} << 20;
  /// Octets of leaf entries in memory before they are written to a file; at most three times as
  /// many are there while files are written. The other families have less: half (batch nodes), a
  /// quarter (targets of status changes) or an eighth.
  std::size_t write_buffer_bytes = std::size_t{64} << 20;
  /// Files that RocksDB keeps open at most.
  int max_open_files = 512;
  /// Entries after which the locator's tail is written to a sorted file. At most two tails are in
  /// memory: the active one, and the one that is being written.
  std::size_t locator_spill = std::size_t{1} << 20;
  /// Files waiting for compaction in the locator at which spilling waits; the tail then fills, and
  /// `append` answers too_busy.
  std::uint64_t locator_max_level0 = 32;
  /// Octets at most for remembering where the locator's files lead, rounded down to a power of two.
  /// It grows with the store, and takes half as much again for the moment of growing.
  std::size_t locator_cache_bytes = std::size_t{256} << 20;
  /// Octets, rounded up to a power of two, of the filter that knows which digests are not stored:
  /// 12 bits a credential are enough for 44 million, and with fewer it is right less often. With 0
  /// it is not filled.
  std::size_t locator_filter_bytes = std::size_t{64} << 20;
  /// For tests: replaces the keyed hash that turns a digest into its locator prefix.
  std::function<std::uint64_t(const Hash&)> locator_prefix = {};
};

/// For programs that look a store through once: neither the locator nor leaves are kept in memory
/// for them.
RocksOptions reading_options();

/// Creates an empty store in the directory `path`, whose parent exists. A crash on the way leaves
/// `<path>.creating` behind, which the next attempt replaces. already_exists if there is anything
/// at `path` but an empty directory.
Result<std::unique_ptr<Store>> create_rocks_store(const std::filesystem::path& path,
                                                  StoreIdentity identity,
                                                  const RocksOptions& options = {});

/// Opens a store and recovers what a crash has left. not_found if there is none at `path`;
/// unavailable if another process (or another Store of this one) has it open; invalid_argument if
/// its schema version is another one; corrupt if it is damaged. Never creates anything.
Result<std::unique_ptr<Store>> open_rocks_store(const std::filesystem::path& path,
                                                const RocksOptions& options = {});

/// Octets of the engine's files without its write-ahead log; nullopt if the store is of another
/// engine. Thread-safe.
std::optional<std::uint64_t> rocks_store_octets(const Store& store);

}  // namespace kedge::node
