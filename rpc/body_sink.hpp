// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "rpc/byte_budget.hpp"

namespace kedge::rpc {

/// What became of a body.
enum class Fate { kept, too_large, no_room };

/// Holds a body up to its bound; beyond it the octets are counted and thrown away, so that the
/// connection can go on.
struct BodySink {
  std::size_t max = 0;
  /// Held without asking the budget.
  std::size_t free = 0;
  ByteBudget* budget = nullptr;
  std::string text;
  std::size_t discarded = 0;
  std::size_t reserved = 0;
  Fate fate = Fate::kept;

  void drop(Fate why) {
    discarded += text.size();
    release();
    fate = why;
  }

  void release() {
    if (budget != nullptr) budget->give(reserved);
    reserved = 0;
    std::string().swap(text);
  }

  void add(std::string_view octets) {
    if (fate == Fate::kept && octets.size() > max - text.size()) drop(Fate::too_large);
    if (fate == Fate::kept && !make_room(text.size() + octets.size())) drop(Fate::no_room);
    if (fate != Fate::kept) {
      discarded += octets.size();
      return;
    }
    text.append(octets);
  }

  /// Counts what is allocated, not what is used of it.
  bool make_room(std::size_t needed) {
    if (needed <= text.capacity()) return true;
    const std::size_t wanted = std::max(needed, 2 * text.capacity());
    const std::size_t counted = wanted > free ? wanted - free : 0;
    if (counted > reserved) {
      if (!budget->take(counted - reserved)) return false;
      reserved = counted;
    }
    text.reserve(wanted);
    return true;
  }
};

}  // namespace kedge::rpc
