// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "node/anchoring/clock.hpp"

namespace kedge::test {

/// A clock that a test moves. Both times start at fixed values and stand still until told.
/// Thread-safe.
class ManualClock final : public node::Clock {
 public:
  /// 2026-01-01T00:00:00Z.
  static constexpr std::uint64_t kStart = 1'767'225'600'000;

  [[nodiscard]] std::uint64_t unix_ms() const override { return unix_ms_; }
  [[nodiscard]] Monotonic monotonic() const override {
    return Monotonic(std::chrono::milliseconds(monotonic_ms_.load()));
  }

  /// Looks again every millisecond of real time: whoever moves the clock need not know who waits.
  void wait_until(std::condition_variable& changed, std::unique_lock<std::mutex>& lock,
                  Monotonic deadline) const override {
    if (monotonic() >= deadline) return;
    changed.wait_for(lock, std::chrono::milliseconds(1));
  }

  /// Lets time pass on both clocks.
  void advance(std::chrono::milliseconds by) {
    monotonic_ms_ += by.count();
    unix_ms_ += static_cast<std::uint64_t>(by.count());
  }

  /// Sets the wall clock alone, forwards or back.
  void set_unix_ms(std::uint64_t unix_ms) { unix_ms_ = unix_ms; }

 private:
  std::atomic<std::uint64_t> unix_ms_{kStart};
  std::atomic<std::int64_t> monotonic_ms_{1'000'000};
};

}  // namespace kedge::test
