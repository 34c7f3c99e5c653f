// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>

namespace kedge::rpc {

/// Counts what all connections together hold of one kind of memory. Thread-safe.
class ByteBudget {
 public:
  explicit ByteBudget(std::size_t max) : max_(max) {}

  /// False, and nothing is taken, if that would be more than the bound.
  [[nodiscard]] bool take(std::size_t bytes) {
    if (held_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= max_) return true;
    give(bytes);
    return false;
  }
  void give(std::size_t bytes) { held_.fetch_sub(bytes, std::memory_order_relaxed); }

 private:
  const std::size_t max_;
  std::atomic<std::size_t> held_ = 0;
};

}  // namespace kedge::rpc
