// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace kedge::node {

/// Who looks at long work while it goes on. Both are called now and then, on the working thread.
struct Watch {
  /// `total` is 0 where it is not known. The phases follow one another.
  std::function<void(std::string_view phase, std::uint64_t done, std::uint64_t total)> progress =
      {};
  /// True ends the work with unavailable.
  std::function<bool()> stopped = {};

  void tell(std::string_view phase, std::uint64_t done, std::uint64_t total) const {
    if (progress) progress(phase, done, total);
  }
  [[nodiscard]] bool is_stopped() const { return stopped && stopped(); }
};

}  // namespace kedge::node
