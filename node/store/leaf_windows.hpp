// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "node/store/large_pages.hpp"
#include "node/store/run_row.hpp"

namespace kedge::node {

/// Remembers leaf entries by windows of 256 positions (run_row.hpp), back to back and in large
/// pages: a look-up in the engine goes through an index, a cache of blocks and a row, this one
/// through one table. A window is put together from however many rows it is stored in, and may not
/// be full yet; since entries never change, what is there is never out of date. A window that
/// nobody has asked for since it came, or since it was last passed over, goes first. Thread-safe.
///
/// Nothing here is under a checksum any more: who uses an entry compares what follows from it.
class LeafWindows {
 public:
  static constexpr std::size_t kOctets = rows::kRunRowEntries * LeafEntry::kSize;

  /// In `octets` of memory, rounded down to whole windows; it is taken as they come.
  explicit LeafWindows(std::size_t octets);

  /// Appends `count` entries from position `first` on, if all of them are remembered.
  /// Precondition: they are in one window.
  bool read(IssuerId issuer, std::uint64_t first, std::size_t count, Bytes& out) const;

  /// Whether the leaf there has this digest; nullopt if it is not remembered. The entries around it
  /// are on their way to the processor's cache then: who asks for one reads them next.
  [[nodiscard]] std::optional<bool> has_digest(const Location& at, const Hash& digest) const;

  /// `entries` are the 1 to 256 of the window that begins with position `first`. It is for readers
  /// of the latest state: they may be newer than a snapshot.
  void remember(IssuerId issuer, std::uint64_t first, ByteView entries);

 private:
  static constexpr std::size_t kShards = 16;
  /// Memory is taken for so many windows at once, 24.5 MiB.
  static constexpr std::size_t kChunk = 2048;

  struct Place {
    std::uint32_t slot = 0;
    std::uint16_t count = 0;
    bool used = false;
  };
  /// A slot and the window in it; where memory ran out on the way, one without a place.
  struct Slot {
    std::uint64_t name = 0;
    std::uint32_t number = 0;
  };
  struct Shard {
    std::mutex mutex;
    boost::unordered_flat_map<std::uint64_t, Place> places;
    /// Its slots, in a ring that `hand` goes round.
    std::vector<Slot> ring;
    std::size_t hand = 0;
  };

  /// The window of a position, as one number.
  static std::uint64_t name_of(IssuerId issuer, std::uint64_t position);
  Shard& shard_of(std::uint64_t name) const;
  /// Precondition: some shard has this slot.
  [[nodiscard]] std::uint8_t* memory_of(std::uint32_t slot) const;
  /// A slot that no shard has yet; nullopt if there is none.
  std::optional<std::uint32_t> take_new_slot();
  /// `count` entries from a position on, until the shard's lock is given back; empty if they are
  /// not here.
  ByteView entries(Shard& shard, std::uint64_t name, std::uint64_t first, std::size_t count) const;
  /// A slot for a window that is not in the shard; nullopt if the shard has none and gets none.
  std::optional<std::uint32_t> make_room(Shard& shard, std::uint64_t name);

  const std::uint32_t slots_;
  std::mutex growing_;
  /// Slots that some shard has. Changes under `growing_`.
  std::atomic<std::uint32_t> given_ = 0;
  /// As many as there can be; empty where there is no memory yet.
  std::vector<LargePages> chunks_;
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace kedge::node
