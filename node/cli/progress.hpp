// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace kedge::node::cli {

class Terminal;

/// Shows how far a long work is: a moving bar on a terminal, a line now and then elsewhere. The
/// object is made when the work begins. Not thread-safe.
class Progress {
 public:
  /// `total` 0: unknown; a count stands in the place of the bar.
  Progress(Terminal& terminal, std::string what, std::uint64_t total);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void advance_to(std::uint64_t done);
  /// Writes the closing line: what, how much, how long, how fast.
  void finish();

  [[nodiscard]] double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;

  Terminal& terminal_;
  std::string what_;
  std::uint64_t total_;
  std::uint64_t done_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
  bool finished_ = false;
};

/// The line of a bar: `hashing  [######....]  60%  6,000 of 10,000  12,000/s`.
std::string progress_line(const std::string& what, std::uint64_t done, std::uint64_t total,
                          double seconds);

}  // namespace kedge::node::cli
