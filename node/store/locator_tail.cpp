// SPDX-License-Identifier: Apache-2.0
#include "node/store/locator_tail.hpp"

#include <algorithm>
#include <atomic>
#include <bit>
#include <vector>

namespace kedge::node {
namespace {

std::uint64_t load(std::uint64_t& word, std::memory_order order) {
  return std::atomic_ref(word).load(order);
}

void store(std::uint64_t& word, std::uint64_t value, std::memory_order order) {
  std::atomic_ref(word).store(value, order);
}

}  // namespace

LocatorTail::LocatorTail(std::size_t capacity)
    : slots_(std::bit_ceil(std::max<std::size_t>((capacity * 8 + 4) / 5, 16))),
      shift_(64 - std::countr_zero(slots_)),
      memory_(large_pages(slots_ * sizeof(Slot))),
      table_(reinterpret_cast<Slot*>(memory_.get())) {}

void LocatorTail::insert(const Entry& entry) {
  std::size_t at = home(entry.prefix);
  while (load(table_[at].taken, std::memory_order_relaxed) != 0) at = (at + 1) & (slots_ - 1);
  store(table_[at].prefix, entry.prefix, std::memory_order_relaxed);
  store(table_[at].taken, entry.location + 1, std::memory_order_release);
  ++size_;
}

std::optional<std::uint64_t> LocatorTail::find(std::uint64_t prefix) const {
  std::size_t at = home(prefix);
  while (true) {
    const std::uint64_t taken = load(table_[at].taken, std::memory_order_acquire);
    if (taken == 0) return std::nullopt;
    if (load(table_[at].prefix, std::memory_order_relaxed) == prefix) return taken - 1;
    at = (at + 1) & (slots_ - 1);
  }
}

void LocatorTail::each_in_order(const std::function<void(std::span<const Entry>)>& take) const {
  // Free slots part the entries into clusters, and none stands in another one than the slot that it
  // is meant for: to sort each of them is enough.
  std::vector<Entry> cluster;
  const auto take_cluster = [&] {
    std::sort(cluster.begin(), cluster.end());
    if (!cluster.empty()) take(cluster);
    cluster.clear();
  };
  // Of the last cluster those that found the end of the table full, and stand at its beginning.
  std::vector<Entry> wrapped;
  for (std::size_t i = 0; i < slots_; ++i) {
    const std::uint64_t taken = load(table_[i].taken, std::memory_order_acquire);
    if (taken == 0) {
      take_cluster();
      continue;
    }
    const Entry entry{load(table_[i].prefix, std::memory_order_relaxed), taken - 1};
    (home(entry.prefix) > i ? wrapped : cluster).push_back(entry);
  }
  cluster.insert(cluster.end(), wrapped.begin(), wrapped.end());
  take_cluster();
}

void LocatorTail::clear() {
  for (std::size_t i = 0; i < slots_; ++i) {
    store(table_[i].taken, 0, std::memory_order_relaxed);
    store(table_[i].prefix, 0, std::memory_order_relaxed);
  }
  size_ = 0;
}

bool LocatorTail::touch() {
  constexpr std::size_t kPage = 4096 / sizeof(Slot);
  constexpr std::size_t kAtATime = (std::size_t{2} << 20) / sizeof(Slot);
  const std::size_t end = std::min(slots_, touched_ + kAtATime);
  for (; touched_ < end; touched_ += kPage) {
    std::atomic_ref(table_[touched_].taken).fetch_or(0, std::memory_order_relaxed);
  }
  return touched_ < slots_;
}

}  // namespace kedge::node
