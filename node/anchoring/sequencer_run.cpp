// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <exception>
#include <map>
#include <utility>

#include "crypto/mutant.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/anchoring/sequencer_calls.hpp"

namespace kedge::node {
namespace {

/// How often an idle sequencer looks whether the heartbeat is due or a hold has ended.
constexpr std::chrono::milliseconds kIdleLook{1'000};

}  // namespace

void Sequencer::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_ || !queue_.empty()) {
    const bool look = !stopping_ && !status_.fault && clock_.monotonic() >= next_look_;
    if (queue_.empty() && !look) {
      if (status_.fault) {
        changed_.wait(lock);
      } else {
        clock_.wait_until(changed_, lock, next_look_);
      }
      continue;
    }
    std::vector<Job> jobs = take_group_locked();
    lock.unlock();
    try {
      process(jobs);
      if (look && !faulted_) (void)seal_now();
      look_early();
    } catch (const std::exception& fault) {
      note_fault({Errc::internal, fault.what()});
    }
    for (Job& job : jobs) {
      std::visit([](auto& each) { call_once(each.callback, fault_answer()); }, job);
    }
    lock.lock();
    status_.unsealed = log_->unsealed();
    status_.unsealed_changes = log_->unsealed_changes();
  }
}

std::vector<Sequencer::Job> Sequencer::take_group_locked() {
  std::vector<Job> jobs;
  std::size_t items = 0;
  while (!queue_.empty() && items < options_.group_items) {
    const Load load = std::visit([](const auto& job) { return load_of(job); }, queue_.front());
    items += load.items;
    status_.queued_bytes -= load.bytes;
    jobs.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  status_.queued_items -= items;
  return jobs;
}

void Sequencer::process(std::vector<Job>& jobs) {
  Group group;
  for (Job& job : jobs) {
    if (auto* submit = std::get_if<SubmitJob>(&job)) group.submits.push_back(submit);
    if (auto* allocate = std::get_if<AllocateJob>(&job)) group.allocations.push_back(allocate);
    if (auto* status = std::get_if<StatusJob>(&job)) group.statuses.push_back(status);
    if (auto* seal = std::get_if<SealJob>(&job)) {
      commit(group);
      serve(*seal);
    }
    if (auto* issuer = std::get_if<IssuerJob>(&job)) {
      commit(group);
      serve(*issuer);
    }
  }
  commit(group);
}

void Sequencer::commit(Group& group) {
  commit(std::span<SubmitJob* const>(group.submits));
  commit(std::span<AllocateJob* const>(group.allocations));
  commit(std::span<StatusJob* const>(group.statuses));
  group = {};
}

void Sequencer::commit(std::span<SubmitJob* const> calls) {
  if (calls.empty() || faulted_) return;
  const std::map<IssuerId, std::vector<SubmitJob*>> issuers = by_issuer(calls);

  std::map<IssuerId, Acceptance> accepted;
  std::vector<Run> runs;
  for (const auto& [issuer, own] : issuers) {
    std::size_t items = 0;
    for (const SubmitJob* call : own) items += call->request.items.size();
    Acceptance& group = accepted.try_emplace(issuer, issuer, items).first->second;
    for (const SubmitJob* call : own) group.add_call(call->request.items);
    const auto stored = store_.locate_many(issuer, group.digests());
    if (!stored) return note_fault(stored.error());
    group.place(*stored, log_->next_position(issuer), clock_.unix_ms());
    if (Run run = group.take_run(); run.count() > 0) runs.push_back(std::move(run));
  }
  const auto answer_all = [&] {
    for (const auto& [issuer, own] : issuers) {
      for (std::size_t i = 0; i < own.size(); ++i) {
        answer(*own[i], accepted.at(issuer).answer(i), issuer);
      }
    }
  };
  if constexpr (kMutant == Mutant::reply_before_commit) answer_all();
  if (!runs.empty()) {
    expect_seal();
    const Status stored = timed(events_.committed, [&] { return log_->accept(runs); });
    if (!stored) return refuse(calls, stored.error());
  }
  {
    const std::lock_guard lock(mutex_);
    ++status_.group_total;
    for (const Run& run : runs) status_.accepted_total += run.count();
    status_.unsealed = log_->unsealed();
  }
  answer_all();
}

void Sequencer::answer(SubmitJob& call, std::vector<SubmittedItem> items, IssuerId issuer) {
  std::vector<std::uint64_t> known;
  for (const SubmittedItem& item : items) {
    if (item.duplicate) known.push_back(item.position);
  }
  if (!known.empty()) {
    const std::vector<CredentialState> states = progress_.states(issuer, known);
    auto state = states.begin();
    for (SubmittedItem& item : items) {
      if (item.duplicate) item.state = *state++;
    }
    const std::lock_guard lock(mutex_);
    status_.duplicate_total += known.size();
  }
  call_once(call.callback, SubmitResult{.issuer = issuer,
                                        .items = std::move(items),
                                        .submitted = std::move(call.request.items)});
}

void Sequencer::expect_seal() {
  if (log_->idle()) next_look_ = clock_.monotonic() + options_.seal_interval;
}

void Sequencer::look_early() {
  if (log_->unsealed() < options_.seal_at && log_->unsealed_changes() < options_.seal_at_changes) {
    return;
  }
  next_look_ = std::min(next_look_, next_early_);
}

void Sequencer::serve(SealJob& job) {
  if (faulted_) return;
  Result<SealResult> result = seal_now();
  if (faulted_) return;
  call_once(job.callback, std::move(result));
}

void Sequencer::serve(IssuerJob& job) {
  if (faulted_) return;
  Result<IssuerId> issuer = log_->ensure_issuer(job.name);
  if (log_->fault()) return note_fault(*log_->fault());
  call_once(job.callback, std::move(issuer));
}

Result<SealResult> Sequencer::seal_now() {
  const Clock::Monotonic now = clock_.monotonic();
  next_look_ = now + std::max(options_.seal_interval, kIdleLook);
  next_early_ = now + kIdleLook;
  {
    const std::lock_guard lock(mutex_);
    if (!holds_.empty()) return Error{Errc::unavailable, seal_blocked_locked()};
  }
  Result<std::optional<SealedEpoch>> begun = log_->begin(clock_.unix_ms());
  if (begun && *begun) publish(**begun);
  if (const Status bound = bind_record(); !bound) return bound.error();
  const std::uint64_t now_ms = clock_.unix_ms();
  const bool due = begun && log_->seal_due(now_ms);
  const auto seal = [&] { return log_->seal(now_ms, progress_.anchor_ref()); };
  Result<std::optional<SealedEpoch>> sealed =
      due ? timed(events_.sealing_took, seal) : (begun ? seal() : begun);
  if (sealed && *sealed) publish(**sealed);
  if (log_->fault()) {
    note_fault(*log_->fault());
    return *log_->fault();
  }
  {
    const std::lock_guard lock(mutex_);
    clock_blocked_ = sealed ? "" : sealed.error().message;
  }
  if (!sealed) return std::move(sealed).error();
  next_early_ = now;
  return SealResult{.epoch = log_->checkpoint()->epoch,
                    .size = log_->checkpoint()->size,
                    .sealed = begun->has_value() || sealed->has_value()};
}

Status Sequencer::bind_record() {
  if (!events_.record_head || faulted_ || !log_->seal_due(clock_.unix_ms())) return {};
  const Result<Hash> head = events_.record_head();
  if (!head) return Error{Errc::unavailable, "the record of what was done cannot be written"};
  if (bound_head_ && *head == *bound_head_) return {};
  const Result<IssuerId> issuer = log_->ensure_issuer(options_.record_issuer);
  if (log_->fault()) {
    note_fault(*log_->fault());
    return *log_->fault();
  }
  // At a bound of the store: sealing is what makes room, and the next epoch binds the record again.
  if (!issuer) return {};
  SubmitJob job;
  job.request.issuer = options_.record_issuer;
  job.request.items.push_back({crypto::DigestProfile::bytes, *head});
  bool accepted = false;
  job.callback = [&accepted](const Result<SubmitResult>& result) { accepted = result.has_value(); };
  SubmitJob* const call = &job;
  commit(std::span<SubmitJob* const>(&call, 1));
  if (accepted) bound_head_ = *head;
  return {};
}

void Sequencer::publish(const SealedEpoch& epoch) {
  {
    const std::lock_guard lock(mutex_);
    ++status_.seal_total;
    status_.unsealed = log_->unsealed();
    status_.unsealed_changes = log_->unsealed_changes();
  }
  progress_.sealed(epoch.issuers);
  if (events_.sealed) events_.sealed(epoch.checkpoint);
}

void Sequencer::note_fault(const Error& error) {
  if (std::exchange(faulted_, true)) return;
  {
    const std::lock_guard lock(mutex_);
    status_.fault = error;
    status_.accepting = false;
  }
  if (events_.failed) events_.failed(error);
}

}  // namespace kedge::node
