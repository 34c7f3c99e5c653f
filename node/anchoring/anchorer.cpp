// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/anchorer.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace kedge::node {
namespace {

/// Without being woken, an anchorer with nothing to do still looks now and then.
constexpr std::chrono::seconds kIdle{60};
/// Looks in the time of one poll.
constexpr int kHintsAtMost = 10;

bool is_fatal(const Error& error) {
  return error.code == Errc::storage || error.code == Errc::corrupt;
}

}  // namespace

Anchorer::Anchorer(Store& store, ledger::Ledger& ledger, const Clock& clock, Progress& progress,
                   AnchorerOptions options, AnchorerEvents events)
    : store_(store),
      ledger_(ledger),
      clock_(clock),
      progress_(progress),
      options_(options),
      events_(std::move(events)),
      outbox_(store, ledger, [this](const AnchorRow& anchor) { return tell(anchor); }),
      backoff_(options.backoff_first),
      jitter_(std::random_device{}()) {}

Anchorer::~Anchorer() {
  stop();
}

void Anchorer::start() {
  ledger_.watch([this] { hint(); });
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([this] { run(); });
}

void Anchorer::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Anchorer::hint() {
  const std::lock_guard lock(mutex_);
  hinted_ = true;
  changed_.notify_one();
}

AnchorerStatus Anchorer::status() const {
  const std::lock_guard lock(mutex_);
  return status_;
}

void Anchorer::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  ledger_.stop();
  if (thread_.joinable()) thread_.join();
}

void Anchorer::run() {
  try {
    if (!check()) return;
    while (work()) {
    }
  } catch (const std::exception& fault) {
    give_up({Errc::internal, fault.what()}, events_.failed);
  }
}

bool Anchorer::check() {
  for (;;) {
    const Result<LedgerStanding> standing = check_ledger_not_ahead(ledger_, *store_.snapshot());
    if (standing) {
      {
        const std::lock_guard lock(mutex_);
        status_.standing = *standing;
      }
      note_success();
      backoff_ = options_.backoff_first;
      if (events_.checked) events_.checked(*standing);
      return true;
    }
    if (is_fatal(standing.error())) {
      give_up(standing.error(), events_.refused);
      return false;
    }
    note_trouble(standing.error());
    if (!pause(next_backoff())) return false;
  }
}

bool Anchorer::work() {
  {
    const std::lock_guard lock(mutex_);
    if (stopping_) return false;
    woken_ = false;
    hinted_ = false;
  }
  const Result<OutboxStep> step = outbox_.step(clock_.unix_ms());
  note_step();
  if (!step && is_fatal(step.error())) {
    give_up(step.error(), events_.failed);
    return false;
  }
  if (!step) {
    note_trouble(step.error());
    return pause(next_backoff());
  }
  note_success();
  backoff_ = options_.backoff_first;
  switch (*step) {
    case OutboxStep::advanced:
      return true;
    case OutboxStep::waiting:
      // Whoever hints all the time does not set the pace.
      return pause(options_.poll_interval / kHintsAtMost) &&
             pause(options_.poll_interval - options_.poll_interval / kHintsAtMost, &hinted_);
    case OutboxStep::idle:
      return pause(kIdle, &woken_);
  }
  return false;
}

Status Anchorer::tell(const AnchorRow& anchor) {
  if (Status told = progress_.anchored(anchor); !told) return told;
  if (events_.changed) events_.changed(anchor);
  return {};
}

void Anchorer::give_up(const Error& error, const std::function<void(const Error&)>& event) {
  {
    const std::lock_guard lock(mutex_);
    status_.fault = error;
  }
  if (event) event(error);
}

void Anchorer::note_trouble(const Error& error) {
  const bool halted = error.code == Errc::invalid_argument;
  bool is_new = false;
  {
    const std::lock_guard lock(mutex_);
    is_new = halted && (!status_.halted || status_.trouble != error.message);
    status_.trouble = error.message;
    status_.halted = halted;
  }
  if (is_new && events_.halted) events_.halted(error);
}

void Anchorer::note_success() {
  const std::lock_guard lock(mutex_);
  status_.trouble.clear();
  status_.halted = false;
  status_.confirmations = outbox_.confirmations();
}

void Anchorer::note_step() {
  {
    const std::lock_guard lock(mutex_);
    status_.counts = outbox_.counts();
  }
  if (outbox_.trace() == trace_) return;
  trace_ = outbox_.trace();
  if (events_.attempting) events_.attempting(trace_);
}

std::chrono::milliseconds Anchorer::next_backoff() {
  const std::chrono::milliseconds full = backoff_;
  backoff_ = std::min(backoff_ * 2, options_.backoff_last);
  // Between half and all of it, so that nodes that failed together do not come back together.
  std::uniform_int_distribution<std::int64_t> spread(full.count() / 2, full.count());
  return std::chrono::milliseconds(spread(jitter_));
}

bool Anchorer::pause(std::chrono::milliseconds time, const bool* wakeable) {
  const Clock::Monotonic deadline = clock_.monotonic() + time;
  std::unique_lock lock(mutex_);
  while (!stopping_ && !(wakeable != nullptr && *wakeable) && clock_.monotonic() < deadline) {
    clock_.wait_until(changed_, lock, deadline);
  }
  return !stopping_;
}

}  // namespace kedge::node
