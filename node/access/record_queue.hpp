// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

#include "node/access/record_line.hpp"

namespace kedge::node {

/// Events on their way to the record's file. Calls that differ only in when they came share a line,
/// so that the file grows with time and not with load. Knows no clock; one thread at a time.
class RecordQueue {
 public:
  /// Kinds of events that wait at most; more are counted together, as those of `(others)`.
  static constexpr std::size_t kMaxKinds = 256;

  /// `refusal_window_ms`: of refusals of one kind the first gets a line, those that follow within
  /// the window another one, with their number, when it has passed.
  explicit RecordQueue(std::uint64_t refusal_window_ms) : window_ms_(refusal_window_ms) {}

  /// Goes into the next lines that are taken.
  void add(RecordEvent event);
  void add_refusal(RecordEvent event);

  /// Whether there is anything for now, or for later.
  [[nodiscard]] bool has_ready() const { return !ready_.empty(); }
  [[nodiscard]] bool has_windows() const { return !windows_.empty(); }

  /// What is ready, and refusals whose window has passed; in order of arrival. With `all` those
  /// whose window is open, too.
  std::vector<RecordEvent> take(std::uint64_t now_ms, bool all = false);

 private:
  using Kind = std::tuple<std::string, std::string, std::string, std::string>;
  struct Window {
    std::uint64_t end_ms = 0;
    /// Since the line before; none while `calls` is 0.
    RecordEvent later;
  };

  static Kind kind_of(const RecordEvent& event);
  static void make_other(RecordEvent& event);

  const std::uint64_t window_ms_;
  std::vector<RecordEvent> ready_;
  /// Where the event of a kind stands in `ready_`.
  std::map<Kind, std::size_t> places_;
  /// Where the event was put that came last.
  std::size_t newest_ = 0;
  std::map<Kind, Window> windows_;
};

}  // namespace kedge::node
