// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>

namespace kedge::node {

/// Where the anchoring threads take the time from. Thread-safe.
class Clock {
 public:
  using Monotonic = std::chrono::steady_clock::time_point;

  virtual ~Clock() = default;

  /// Milliseconds since 1970, UTC. May jump either way.
  [[nodiscard]] virtual std::uint64_t unix_ms() const = 0;
  /// Never goes back; for intervals and deadlines.
  [[nodiscard]] virtual Monotonic monotonic() const = 0;
  /// Waits on `changed` until it is notified or `deadline` has passed by this clock; may also
  /// return early, so the caller waits in a loop.
  virtual void wait_until(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                          Monotonic deadline) const = 0;
};

/// The clock of the machine.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::uint64_t unix_ms() const override;
  [[nodiscard]] Monotonic monotonic() const override;
  void wait_until(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                  Monotonic deadline) const override;
};

}  // namespace kedge::node
