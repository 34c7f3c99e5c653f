// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/webhooks.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include "config/durable_file.hpp"

namespace kedge::node {
namespace {

std::string target_of(const rpc::Url& url) {
  return url.scheme + "://" + url.authority();
}

}  // namespace

Result<std::unique_ptr<Webhooks>> Webhooks::open(const Store& store, const Clock& clock,
                                                 std::vector<WebhookEndpoint> endpoints,
                                                 WebhookOptions options, WebhookEvents events) {
  std::unique_ptr<Webhooks> webhooks(
      new Webhooks(store, clock, std::move(endpoints), std::move(options), std::move(events)));
  if (Status loaded = webhooks->load(); !loaded) return std::move(loaded).error();
  return webhooks;
}

Webhooks::Webhooks(const Store& store, const Clock& clock, std::vector<WebhookEndpoint> endpoints,
                   WebhookOptions options, WebhookEvents events)
    : store_(store),
      clock_(clock),
      endpoints_(std::move(endpoints)),
      options_(std::move(options)),
      events_(std::move(events)),
      delay_rule_({.after_ms = options_.delayed_after_ms, .since_ms = clock.unix_ms()}),
      attempts_(endpoints_.size()),
      jitter_(std::random_device{}()) {}

Webhooks::~Webhooks() {
  stop();
}

Status Webhooks::load() {
  const auto kept = read_webhook_states(options_.file);
  if (!kept) return kept.error();
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  for (const WebhookEndpoint& endpoint : endpoints_) {
    const auto same = [&](const WebhookState& state) {
      return state.name == endpoint.name && state.issuer == endpoint.subject.issuer;
    };
    const auto found = std::find_if(kept->begin(), kept->end(), same);
    WebhookState state = {.name = endpoint.name, .issuer = endpoint.subject.issuer};
    if (found != kept->end()) state = *found;
    if (Status begun = begin_cursors(*reader, endpoint.subject, options_.ledgers, state); !begun) {
      return begun;
    }
    states_.push_back(std::move(state));
  }
  // Before anything becomes final: what is from now on is told, whatever happens.
  return save();
}

void Webhooks::start() {
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([this] { run(); });
}

void Webhooks::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Webhooks::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  sender_.stop();
  if (thread_.joinable()) thread_.join();
}

std::vector<WebhookReport> Webhooks::reports() const {
  const Moment moment = now();
  const std::lock_guard lock(mutex_);
  std::vector<WebhookReport> out;
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    const WebhookEndpoint& endpoint = endpoints_[i];
    WebhookReport report{.state = states_[i],
                         .target = target_of(endpoint.url),
                         .batches = endpoint.subject.batches,
                         .delays = endpoint.subject.delays,
                         .condition = std::string(condition_of(states_[i], attempts_[i])),
                         .failures = attempts_[i].failures};
    if (attempts_[i].next && states_[i].failing_since_ms != 0) {
      const auto wait = std::chrono::duration_cast<std::chrono::milliseconds>(*attempts_[i].next -
                                                                              moment.monotonic);
      const auto wait_ms = static_cast<std::uint64_t>(std::max<std::int64_t>(wait.count(), 0));
      report.next_try_ms = moment.unix_ms + wait_ms;
    }
    out.push_back(std::move(report));
  }
  return out;
}

void Webhooks::run() {
  for (;;) {
    {
      const std::lock_guard lock(mutex_);
      if (stopping_) return;
      woken_ = false;
    }
    bool more = false;
    try {
      more = round();
    } catch (const std::exception& fault) {
      // Whatever it was, the node goes on without: here it is not about acknowledged credentials.
      note_trouble(Error{Errc::internal, fault.what()});
    }
    if (!more) pause();
  }
}

bool Webhooks::round() {
  bool arrived = false;
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    if (!is_due(i)) continue;
    const auto message = next_for(i);
    if (!message) {
      note_trouble(message.error());
      return false;
    }
    if (*message && tell(i, **message)) arrived = true;
  }
  return arrived;
}

bool Webhooks::is_due(std::size_t index) const {
  const Clock::Monotonic moment = clock_.monotonic();
  const std::lock_guard lock(mutex_);
  return !stopping_ && attempts_[index].due(moment);
}

Result<std::optional<WebhookMessage>> Webhooks::next_for(std::size_t index) {
  // Gone before anything is sent: a slow receiver must not hold a snapshot.
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  const auto delays = find_delays(*reader, options_.ledgers, delay_rule_, clock_.unix_ms());
  if (!delays) return delays.error();
  return next_message(*reader, endpoints_[index].subject, states_[index], *delays, delay_rule_);
}

bool Webhooks::tell(std::size_t index, const WebhookMessage& message) {
  const WebhookEndpoint& endpoint = endpoints_[index];
  const std::uint64_t timestamp = clock_.unix_ms() / 1000;
  const rpc::HeaderList headers = {
      {"webhook-id", message.id},
      {"webhook-timestamp", std::to_string(timestamp)},
      {"webhook-signature", endpoint.secrets.sign(message.id, timestamp, message.body)}};
  const SendOutcome outcome = sender_.send(endpoint.url, endpoint.sending, headers, message.body);
  std::uniform_real_distribution<double> spread(0.0, 1.0);
  bool first_failure = false;
  bool disabled = false;
  {
    const std::lock_guard lock(mutex_);
    WebhookState& state = states_[index];
    WebhookAttempts& attempts = attempts_[index];
    // It was cut off by us.
    if (stopping_ && !outcome.arrived) return false;
    if (outcome.arrived) {
      note_told(message, state);
      note_arrival(message.id, outcome, now(), state, attempts);
    } else {
      note_failure(message.id, outcome, options_.retry, now(), spread(jitter_), state, attempts);
      first_failure = attempts.failures == 1;
      disabled = state.disabled;
    }
  }
  note_trouble(save());
  if (outcome.arrived && events_.arrived) events_.arrived(endpoint.name, message.id);
  if (disabled) {
    if (events_.disabled) events_.disabled(endpoint.name, outcome.text);
  } else if (first_failure && events_.failing) {
    events_.failing(endpoint.name, outcome.text);
  }
  return outcome.arrived;
}

Status Webhooks::save() {
  return config::replace_file(options_.file, format_webhook_states(states_));
}

void Webhooks::note_trouble(const Status& status) {
  const std::string text = status ? std::string() : status.error().message;
  if (!text.empty() && text != last_trouble_ && events_.trouble) events_.trouble(status.error());
  last_trouble_ = text;
}

void Webhooks::pause() {
  std::unique_lock lock(mutex_);
  Clock::Monotonic until = clock_.monotonic() + options_.look_interval;
  for (const WebhookAttempts& attempts : attempts_) {
    // One that is due already has nothing to be told.
    const Clock::Monotonic moment = clock_.monotonic();
    if (attempts.next && *attempts.next > moment) until = std::min(until, *attempts.next);
  }
  while (!stopping_ && !woken_ && clock_.monotonic() < until) {
    clock_.wait_until(changed_, lock, until);
  }
}

Moment Webhooks::now() const {
  return {.unix_ms = clock_.unix_ms(), .monotonic = clock_.monotonic()};
}

}  // namespace kedge::node
