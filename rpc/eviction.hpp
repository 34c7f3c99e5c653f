// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace kedge::rpc {

class Connection;

/// Who goes first when all places are taken and somebody new comes. A connection whose request is
/// being answered never goes; neither does one that has been served and is sending again.
enum class EvictionRank : std::uint8_t {
  /// Connected for a while and has sent nothing.
  silent,
  /// Has been sending the octets of its first request for a while.
  slow,
  /// Has just come, or rests between requests.
  quiet,
};

/// Lower ones go first: by rank, then whoever has been so for longest.
struct Standing {
  EvictionRank rank{};
  std::chrono::steady_clock::time_point since;

  friend auto operator<=>(const Standing&, const Standing&) = default;
};

/// Picks those who have to go. Looks at all connections once for many evictions, so that a storm of
/// newcomers costs a constant time each. For one thread.
class Eviction {
 public:
  using Connections = std::vector<std::shared_ptr<Connection>>;
  using Clock = std::chrono::steady_clock;

  /// Closes one of `connections`; false if all are at work.
  bool make_room(const Connections& connections, Clock::time_point now);

 private:
  struct Candidate {
    Standing standing;
    std::weak_ptr<Connection> connection;
  };

  bool close_next(Clock::time_point now);
  void look(const Connections& connections, Clock::time_point now);

  /// The next one at the back.
  std::vector<Candidate> candidates_;
  /// Before this nobody is looked for again in vain.
  Clock::time_point not_before_ = Clock::time_point::min();
};

}  // namespace kedge::rpc
