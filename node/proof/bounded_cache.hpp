// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>

#include <boost/unordered/unordered_flat_map.hpp>

namespace kedge::node {

/// Remembers values by number, and no more octets of them than it was made for: what nobody has
/// asked for since it came, or since it was last passed over, goes first. Thread-safe.
template <class Value>
class BoundedCache {
 public:
  explicit BoundedCache(std::size_t max_octets) : max_octets_(max_octets / kShards) {}

  /// nullptr if the number is not remembered.
  [[nodiscard]] std::shared_ptr<const Value> find(std::uint64_t number) const {
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    const auto found = shard.entries.find(number);
    if (found == shard.entries.end()) return nullptr;
    found->second.used = true;
    return found->second.value;
  }

  /// `octets` is what the value takes with all that it owns. One that alone is more than a
  /// sixteenth of the bound is not remembered.
  void remember(std::uint64_t number, std::shared_ptr<const Value> value, std::size_t octets) {
    octets += kOverhead;
    if (octets > max_octets_) return;
    Shard& shard = shard_of(number);
    const std::lock_guard lock(shard.mutex);
    const auto [at, added] = shard.entries.try_emplace(number);
    if (added) shard.queue.push_back(number);
    shard.octets += octets - at->second.octets;
    at->second = {std::move(value), octets, false};
    while (shard.octets > max_octets_) pass_over(shard);
  }

  /// Of all values that are remembered.
  [[nodiscard]] std::size_t octets() const {
    std::size_t sum = 0;
    for (Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      sum += shard.octets;
    }
    return sum;
  }

 private:
  static constexpr std::size_t kShards = 16;
  /// Of an entry in the map and the queue.
  static constexpr std::size_t kOverhead = 96;

  struct Entry {
    std::shared_ptr<const Value> value;
    std::size_t octets = 0;
    bool used = false;
  };
  struct Shard {
    std::mutex mutex;
    // Flat, because what is looked up at random is seldom in the processor's cache.
    boost::unordered_flat_map<std::uint64_t, Entry> entries;
    std::deque<std::uint64_t> queue;
    std::size_t octets = 0;
  };

  /// Drops the entry at the head of the queue, or lets it stay for another turn.
  static void pass_over(Shard& shard) {
    const std::uint64_t number = shard.queue.front();
    shard.queue.pop_front();
    const auto at = shard.entries.find(number);
    if (at->second.used) {
      at->second.used = false;
      shard.queue.push_back(number);
      return;
    }
    shard.octets -= at->second.octets;
    shard.entries.erase(at);
  }

  Shard& shard_of(std::uint64_t number) const {
    // The upper bits of a product depend on all bits of the number.
    return shards_[(number * 0x9e3779b97f4a7c15) >> 60];
  }

  std::size_t max_octets_;
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace kedge::node
