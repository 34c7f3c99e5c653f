// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

/// The memory of a thread's last result is that of its next one: a result is most of what a call
/// allocates.
namespace kedge::rpc {

/// A thread keeps no larger text than this.
inline constexpr std::size_t kSpareTextBytes = std::size_t{64} << 10;

inline std::string& spare_text_of_thread() {
  thread_local std::string text;
  return text;
}

/// An empty text, with memory if the thread has some to spare.
inline std::string take_spare_text() {
  std::string text = std::exchange(spare_text_of_thread(), {});
  text.clear();
  return text;
}

inline void give_spare_text(std::string text) {
  if (text.capacity() <= kSpareTextBytes) spare_text_of_thread() = std::move(text);
}

}  // namespace kedge::rpc
