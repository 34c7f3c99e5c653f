// SPDX-License-Identifier: Apache-2.0
#include "rpc/eviction.hpp"

#include <algorithm>

#include "rpc/connection.hpp"

namespace kedge::rpc {
namespace {

/// Found in one look at all connections.
constexpr std::size_t kCandidates = 64;
/// Between two looks that find nobody.
constexpr std::chrono::milliseconds kPause{10};

}  // namespace

bool Eviction::make_room(const Connections& connections, Clock::time_point now) {
  if (close_next(now)) return true;
  if (now < not_before_) return false;
  look(connections, now);
  if (close_next(now)) return true;
  not_before_ = now + kPause;
  return false;
}

bool Eviction::close_next(Clock::time_point now) {
  while (!candidates_.empty()) {
    const Candidate candidate = std::move(candidates_.back());
    candidates_.pop_back();
    const auto connection = candidate.connection.lock();
    // Whoever has done something since then is judged anew.
    if (!connection || connection->standing(now) != candidate.standing) continue;
    connection->close();
    return true;
  }
  return false;
}

void Eviction::look(const Connections& connections, Clock::time_point now) {
  for (const auto& connection : connections) {
    const auto standing = connection->standing(now);
    if (standing) candidates_.push_back({*standing, connection});
  }
  const auto first = candidates_.begin();
  const auto count = static_cast<std::ptrdiff_t>(std::min(kCandidates, candidates_.size()));
  const auto sooner = [](const Candidate& a, const Candidate& b) {
    return a.standing < b.standing;
  };
  std::partial_sort(first, first + count, candidates_.end(), sooner);
  candidates_.erase(first + count, candidates_.end());
  std::ranges::reverse(candidates_);
}

}  // namespace kedge::rpc
