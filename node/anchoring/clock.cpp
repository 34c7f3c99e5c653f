// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/clock.hpp"

namespace kedge::node {

std::uint64_t SystemClock::unix_ms() const {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

Clock::Monotonic SystemClock::monotonic() const {
  return std::chrono::steady_clock::now();
}

void SystemClock::wait_until(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                             Monotonic deadline) const {
  changed.wait_until(lock, deadline);
}

}  // namespace kedge::node
