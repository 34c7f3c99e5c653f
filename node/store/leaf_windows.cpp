// SPDX-License-Identifier: Apache-2.0
#include "node/store/leaf_windows.hpp"

#include <algorithm>
#include <cstring>

#include "node/store/checks.hpp"

namespace kedge::node {
namespace {

/// Starts to fetch the entries of the group with this one.
void prefetch_group(const std::uint8_t* window, std::size_t index) {
  const std::uint8_t* const group = window + (index - index % rows::kRunGroup) * LeafEntry::kSize;
  for (std::size_t at = 0; at < rows::kRunGroup * LeafEntry::kSize; at += LineTable::kLineOctets) {
    __builtin_prefetch(group + at);
  }
}

}  // namespace

LeafWindows::LeafWindows(std::size_t octets)
    : slots_(static_cast<std::uint32_t>(std::min<std::size_t>(octets / kOctets, UINT32_MAX))),
      chunks_((slots_ + kChunk - 1) / kChunk) {}

std::uint64_t LeafWindows::name_of(IssuerId issuer, std::uint64_t position) {
  static_assert(kMaxPositions / rows::kRunRowEntries <= std::uint64_t{1} << 32);
  return std::uint64_t{issuer} << 32 | position / rows::kRunRowEntries;
}

LeafWindows::Shard& LeafWindows::shard_of(std::uint64_t name) const {
  // The upper bits of a product depend on all bits of the number.
  return shards_[(name * 0x9e3779b97f4a7c15) >> 60];
}

std::uint8_t* LeafWindows::memory_of(std::uint32_t slot) const {
  return reinterpret_cast<std::uint8_t*>(chunks_[slot / kChunk].get()) + slot % kChunk * kOctets;
}

ByteView LeafWindows::entries(Shard& shard, std::uint64_t name, std::uint64_t first,
                              std::size_t count) const {
  const auto found = shard.places.find(name);
  if (found == shard.places.end()) return {};
  Place& place = found->second;
  const std::size_t index = first - rows::run_window(first);
  if (index + count > place.count) return {};
  place.used = true;
  const std::uint8_t* const window = memory_of(place.slot);
  prefetch_group(window, index);
  return {window + index * LeafEntry::kSize, count * LeafEntry::kSize};
}

bool LeafWindows::read(IssuerId issuer, std::uint64_t first, std::size_t count, Bytes& out) const {
  const std::uint64_t name = name_of(issuer, first);
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  const ByteView found = entries(shard, name, first, count);
  out.insert(out.end(), found.begin(), found.end());
  return !found.empty();
}

std::optional<bool> LeafWindows::has_digest(const Location& at, const Hash& digest) const {
  const std::uint64_t name = name_of(at.issuer, at.position);
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  const ByteView found = entries(shard, name, at.position, 1);
  if (found.empty()) return std::nullopt;
  return leaf_digest(found, 0) == digest;
}

std::optional<std::uint32_t> LeafWindows::take_new_slot() {
  if (given_ == slots_) return std::nullopt;
  const std::lock_guard lock(growing_);
  const std::uint32_t slot = given_;
  if (slot == slots_) return std::nullopt;
  LargePages& chunk = chunks_[slot / kChunk];
  if (chunk == nullptr) {
    const std::size_t left = slots_ - slot;
    chunk = large_pages(std::min(left, kChunk) * kOctets);
  }
  given_ = slot + 1;
  return slot;
}

std::optional<std::uint32_t> LeafWindows::make_room(Shard& shard, std::uint64_t name) {
  if (const auto slot = take_new_slot()) {
    shard.ring.push_back({name, *slot});
    return slot;
  }
  if (shard.ring.empty()) return std::nullopt;
  while (true) {
    Slot& oldest = shard.ring[shard.hand];
    shard.hand = (shard.hand + 1) % shard.ring.size();
    const auto place = shard.places.find(oldest.name);
    if (place != shard.places.end() && place->second.used) {
      place->second.used = false;
      continue;
    }
    if (place != shard.places.end()) shard.places.erase(place);
    oldest.name = name;
    return oldest.number;
  }
}

void LeafWindows::remember(IssuerId issuer, std::uint64_t first, ByteView entries) {
  const std::uint64_t name = name_of(issuer, first);
  const auto count = static_cast<std::uint16_t>(entries.size() / LeafEntry::kSize);
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  auto at = shard.places.find(name);
  if (at == shard.places.end()) {
    const auto room = make_room(shard, name);
    if (!room) return;
    at = shard.places.emplace(name, Place{*room, 0, false}).first;
  }
  Place& place = at->second;
  // Another reader may have come with more.
  if (count <= place.count) return;
  std::memcpy(memory_of(place.slot), entries.data(), entries.size());
  place.count = count;
}

}  // namespace kedge::node
