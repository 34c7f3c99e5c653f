// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "node/store/store.hpp"

namespace kedge::node {

/// A sum over pairs of locator prefix and location, in any order: two sums under the same random
/// key are equal if and only if the pairs are the same, but for one chance in 2^64. It compares
/// all leaves with all rows of the locator without holding either.
class LocatorSum {
 public:
  /// Nothing, under a new random key.
  LocatorSum();
  /// Nothing, under the same key.
  [[nodiscard]] LocatorSum empty() const;

  void add(std::uint64_t prefix, const Location& at);
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  friend bool operator==(const LocatorSum&, const LocatorSum&) = default;

 private:
  struct Key {
    std::uint64_t prefix = 0;
    std::uint64_t location = 0;
    friend bool operator==(const Key&, const Key&) = default;
  };

  /// One of each half of the sum.
  Key first_;
  Key second_;
  std::uint64_t first_sum_ = 0;
  std::uint64_t second_sum_ = 0;
  std::uint64_t count_ = 0;
};

}  // namespace kedge::node
