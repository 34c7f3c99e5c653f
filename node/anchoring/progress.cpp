// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/progress.hpp"

#include <utility>

namespace kedge::node {
namespace {

/// Without any deadline the thread still looks up now and then.
constexpr std::chrono::hours kIdle{1};

}  // namespace

Progress::Progress(const Store& store, const Clock& clock, ProgressOptions options)
    : store_(store), clock_(clock), options_(options) {}

Result<std::unique_ptr<Progress>> Progress::open(const Store& store, const Clock& clock,
                                                 ProgressOptions options) {
  std::unique_ptr<Progress> progress(new Progress(store, clock, options));
  if (const Status loaded = progress->load(); !loaded) return loaded.error();
  progress->thread_ = std::thread([self = progress.get()] { self->run(); });
  return progress;
}

Progress::~Progress() {
  stop();
}

std::uint64_t Progress::mark_locked(IssuerId issuer, CredentialState state) const {
  if (issuer >= marks_.size()) return 0;
  const Marks& marks = marks_[issuer];
  switch (state) {
    case CredentialState::accepted:
      return UINT64_MAX;
    case CredentialState::sealed:
      return marks.sealed;
    case CredentialState::anchored:
      return marks.anchored;
    case CredentialState::final:
      return marks.final;
  }
  return 0;
}

CredentialState Progress::state_locked(IssuerId issuer, std::uint64_t position) const {
  for (const CredentialState state :
       {CredentialState::final, CredentialState::anchored, CredentialState::sealed}) {
    if (position < mark_locked(issuer, state)) return state;
  }
  return CredentialState::accepted;
}

CredentialState Progress::state(IssuerId issuer, std::uint64_t position) const {
  const std::lock_guard lock(mutex_);
  return state_locked(issuer, position);
}

std::vector<CredentialState> Progress::states(IssuerId issuer,
                                              std::span<const std::uint64_t> positions) const {
  std::vector<CredentialState> states;
  states.reserve(positions.size());
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t position : positions) states.push_back(state_locked(issuer, position));
  return states;
}

Hash Progress::anchor_ref() const {
  const std::lock_guard lock(mutex_);
  return anchor_ref_;
}

std::size_t Progress::waits() const {
  const std::lock_guard lock(mutex_);
  return waits_.size();
}

Status Progress::wait(Wait wait) {
  const std::lock_guard lock(mutex_);
  if (stopping_) return Error{Errc::unavailable, "the node is shutting down"};
  if (waits_.size() >= options_.max_waits) {
    return Error{Errc::too_busy, "too many callers wait already"};
  }
  const WaitId id = next_wait_++;
  by_position_.emplace(wait.wanted, wait.issuer, wait.position, id);
  by_deadline_.emplace(wait.deadline, id);
  waits_.emplace(id, std::move(wait));
  changed_.notify_one();
  return {};
}

void Progress::sealed(std::span<const IssuerRow> issuers) {
  const std::lock_guard lock(mutex_);
  for (const IssuerRow& row : issuers) {
    if (row.id >= marks_.size()) marks_.resize(row.id + std::size_t{1});
    marks_[row.id].sealed = std::max(marks_[row.id].sealed, row.credential_count);
  }
  changed_.notify_one();
}

Wait Progress::take_locked(WaitId id) {
  const auto found = waits_.find(id);
  Wait wait = std::move(found->second);
  waits_.erase(found);
  by_position_.erase({wait.wanted, wait.issuer, wait.position, id});
  by_deadline_.erase({wait.deadline, id});
  return wait;
}

std::vector<Wait> Progress::take_reached_locked() {
  std::vector<Wait> reached;
  auto next = by_position_.begin();
  while (next != by_position_.end()) {
    const auto [wanted, issuer, position, id] = *next;
    if (position < mark_locked(issuer, wanted)) {
      ++next;
      reached.push_back(take_locked(id));
    } else {
      // Whoever waits for the same of the same issuer waits for a later position.
      next = by_position_.upper_bound({wanted, issuer, UINT64_MAX, UINT64_MAX});
    }
  }
  return reached;
}

std::vector<Wait> Progress::take_expired_locked() {
  std::vector<Wait> expired;
  const Clock::Monotonic now = clock_.monotonic();
  while (!by_deadline_.empty() && by_deadline_.begin()->first <= now) {
    expired.push_back(take_locked(by_deadline_.begin()->second));
  }
  return expired;
}

void Progress::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const std::vector<Wait> reached = take_reached_locked();
    const std::vector<Wait> expired = take_expired_locked();
    if (reached.empty() && expired.empty()) {
      const Clock::Monotonic deadline =
          by_deadline_.empty() ? clock_.monotonic() + kIdle : by_deadline_.begin()->first;
      clock_.wait_until(changed_, lock, deadline);
      continue;
    }
    lock.unlock();
    for (const Wait& wait : reached) wait.callback(true);
    for (const Wait& wait : expired) wait.callback(false);
    lock.lock();
  }
}

void Progress::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  std::map<WaitId, Wait> left;
  {
    const std::lock_guard lock(mutex_);
    left.swap(waits_);
    by_position_.clear();
    by_deadline_.clear();
  }
  for (const auto& [id, wait] : left) {
    wait.callback(Error{Errc::unavailable, "the node is shutting down"});
  }
}

}  // namespace kedge::node
