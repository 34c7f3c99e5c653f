// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/attempts.hpp"

#include <algorithm>

namespace kedge::node {
namespace {

using std::chrono::milliseconds;

/// What may stand in a log and in the file: one line of printable ASCII, not empty.
std::string plain(std::string text) {
  for (char& c : text) {
    if (c < ' ' || c > '~') c = '?';
  }
  if (text.empty()) text = "failed";
  text.resize(std::min(text.size(), kMaxWebhookOutcome));
  return text;
}

milliseconds backoff(const RetryPolicy& policy, std::uint32_t failures, double jitter) {
  milliseconds full = policy.first;
  for (std::uint32_t i = 1; i < failures && full < policy.last; ++i) full *= 2;
  full = std::min(full, policy.last);
  const double part = 0.5 + std::clamp(jitter, 0.0, 1.0) / 2;
  return milliseconds(static_cast<milliseconds::rep>(static_cast<double>(full.count()) * part));
}

}  // namespace

void note_arrival(const std::string& id, const SendOutcome& outcome, const Moment& now,
                  WebhookState& state, WebhookAttempts& attempts) {
  ++state.delivered;
  state.failing_since_ms = 0;
  state.disabled = false;
  state.last_delivery = WebhookDelivery{id, now.unix_ms, plain(outcome.text)};
  attempts.failures = 0;
  attempts.next = now.monotonic;
}

void note_failure(const std::string& id, const SendOutcome& outcome, const RetryPolicy& policy,
                  const Moment& now, double jitter, WebhookState& state,
                  WebhookAttempts& attempts) {
  ++attempts.failures;
  if (state.failing_since_ms == 0) state.failing_since_ms = now.unix_ms;
  state.last_failure = WebhookDelivery{id, now.unix_ms, plain(outcome.text)};
  const auto give_up_ms = static_cast<std::uint64_t>(policy.give_up_after.count());
  const bool long_enough = now.unix_ms > state.failing_since_ms &&
                           now.unix_ms - state.failing_since_ms >= give_up_ms &&
                           attempts.failures >= policy.least_failures;
  if (state.disabled || outcome.gone || long_enough) {
    state.disabled = true;
    attempts.next.reset();
    return;
  }
  milliseconds wait = backoff(policy, attempts.failures, jitter);
  if (outcome.retry_after) {
    wait = std::max(wait, std::min<milliseconds>(*outcome.retry_after, policy.last));
  }
  attempts.next = now.monotonic + wait;
}

std::string_view condition_of(const WebhookState& state, const WebhookAttempts& attempts) {
  if (!attempts.next) return "disabled";
  return state.failing_since_ms == 0 ? "working" : "failing";
}

}  // namespace kedge::node
