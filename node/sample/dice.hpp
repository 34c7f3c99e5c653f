// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "crypto/bytes.hpp"

namespace kedge::node::sample {

/// Random numbers that are the same on every machine for one seed and stream (SplitMix64). For
/// fiction only: nothing secret may come from here.
class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t stream);

  std::uint64_t next();
  /// In [0, count). Precondition: count > 0.
  std::size_t below(std::size_t count);
  /// In [first, last].
  int between(int first, int last);

  template <class T, std::size_t Extent>
  const T& pick(std::span<T, Extent> items) {
    return items[below(items.size())];
  }
  template <class Array>
  const auto& pick(const Array& items) {
    return items[below(std::size(items))];
  }

  Bytes octets(std::size_t size);
  /// A random (version 4) UUID, as `urn:uuid:`.
  std::string uuid();

 private:
  std::uint64_t state_;
};

}  // namespace kedge::node::sample
