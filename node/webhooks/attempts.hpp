// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "node/anchoring/clock.hpp"
#include "node/webhooks/webhook_state.hpp"

/// When an endpoint is tried again, and when no more. Without threads and clocks.
namespace kedge::node {

struct RetryPolicy {
  /// From the first doubling to the last, each with jitter (half to whole).
  std::chrono::milliseconds first{5'000};
  std::chrono::milliseconds last{3'600'000};
  /// Disabled after failing for longer, but never before so many failures in one run.
  std::chrono::milliseconds give_up_after{432'000'000};
  std::uint32_t least_failures = 8;
};

/// What came of sending one message.
struct SendOutcome {
  bool arrived = false;
  /// The receiver has said that it wants nothing any more (410 Gone, as Standard Webhooks has it).
  bool gone = false;
  /// The status, or what went wrong; names of the receiver the host alone.
  std::string text;
  /// What the receiver asks for (`Retry-After` in seconds).
  std::optional<std::chrono::seconds> retry_after = {};
};

/// Of one run of the node.
struct WebhookAttempts {
  std::uint32_t failures = 0;
  /// nullopt: not until the node starts again.
  std::optional<Clock::Monotonic> next = Clock::Monotonic{};

  [[nodiscard]] bool due(Clock::Monotonic now) const { return next && *next <= now; }
};

struct Moment {
  std::uint64_t unix_ms = 0;
  Clock::Monotonic monotonic;
};

/// The message `id` has arrived: the endpoint is as good as new.
void note_arrival(const std::string& id, const SendOutcome& outcome, const Moment& now,
                  WebhookState& state, WebhookAttempts& attempts);

/// It has not. `jitter` is from 0 to 1. An endpoint that was disabled before is tried once a run.
void note_failure(const std::string& id, const SendOutcome& outcome, const RetryPolicy& policy,
                  const Moment& now, double jitter, WebhookState& state, WebhookAttempts& attempts);

/// `working`, `failing` or `disabled`.
std::string_view condition_of(const WebhookState& state, const WebhookAttempts& attempts);

}  // namespace kedge::node
