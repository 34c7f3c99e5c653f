// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "crypto/mutant.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/anchoring/sequencer_calls.hpp"
#include "node/status/status_acceptance.hpp"

namespace kedge::node {
namespace {

/// Whether the error is about the call, and not about the store.
bool refuses_call(const Error& error) {
  return error.code == Errc::invalid_argument || error.code == Errc::not_found ||
         error.code == Errc::already_exists;
}

/// Looks up the digests of all calls of one issuer, at once.
class DigestTargets {
 public:
  void add_call(const SetStatusRequest& request) {
    for (const SetStatusTarget& target : request.targets) {
      if (const auto* digest = std::get_if<Hash>(&target.which)) digests_.push_back(*digest);
    }
  }

  Status locate(const Store& store, IssuerId issuer) {
    if (digests_.empty()) return {};
    auto found = store.locate_many(issuer, digests_);
    if (!found) return std::move(found).error();
    found_ = *std::move(found);
    return {};
  }

  /// The targets of the next call, in the order of `add_call`. not_found for a digest that the
  /// issuer does not have.
  Result<std::vector<WantedStatus>> take_call(const SetStatusRequest& request) {
    std::vector<WantedStatus> wanted;
    wanted.reserve(request.targets.size());
    std::optional<Error> refusal;
    for (std::size_t i = 0; i < request.targets.size(); ++i) {
      const SetStatusTarget& target = request.targets[i];
      if (const auto* entry = std::get_if<StatusTarget>(&target.which)) {
        wanted.push_back({.target = *entry, .value = target.value});
        continue;
      }
      const std::optional<Location>& where = found_[next_++];
      if (!where && !refusal) {
        refusal =
            Error{Errc::not_found, "the issuer has not submitted this digest", target_field(i)};
      }
      if (where) {
        wanted.push_back(
            {.target = {.list = kRegister, .index = where->position}, .value = target.value});
      }
    }
    if (refusal) return *std::move(refusal);
    return wanted;
  }

 private:
  std::vector<Hash> digests_;
  std::vector<std::optional<Location>> found_;
  std::size_t next_ = 0;
};

}  // namespace

void Sequencer::commit(std::span<AllocateJob* const> calls) {
  if (calls.empty() || faulted_) return;
  const std::unique_ptr<StoreReader> reader = store_.latest();
  const std::uint64_t now_ms = clock_.unix_ms();
  std::vector<StatusAllocation> allocations;
  std::vector<std::pair<AllocateJob*, Result<AllocateStatusResult>>> answers;
  std::uint64_t allocated = 0;
  for (const auto& [issuer, own] : by_issuer(calls)) {
    AllocationPlan plan(*reader, issuer, options_.list_size, now_ms);
    for (AllocateJob* call : own) {
      Result<AllocateStatusResult> result = plan.add_call(call->request);
      if (!result && !refuses_call(result.error())) return note_fault(result.error());
      if (result && !result->repeated) allocated += result->entries.size();
      answers.emplace_back(call, std::move(result));
    }
    for (StatusAllocation& each : plan.take()) allocations.push_back(std::move(each));
  }
  if (!allocations.empty()) {
    const Status stored = timed(events_.committed, [&] { return log_->allocate(allocations); });
    if (!stored) return refuse(calls, stored.error());
  }
  {
    const std::lock_guard lock(mutex_);
    status_.allocated_total += allocated;
  }
  for (auto& [call, result] : answers) call_once(call->callback, std::move(result));
}

void Sequencer::commit(std::span<StatusJob* const> calls) {
  if (calls.empty() || faulted_) return;
  const std::unique_ptr<StoreReader> reader = store_.before_changes();
  const std::uint64_t time_ms = log_->change_time(clock_.unix_ms());
  std::vector<ChangeRun> runs;
  std::vector<std::pair<StatusJob*, Result<SetStatusResult>>> answers;
  std::uint64_t changed = 0;
  for (const auto& [issuer, own] : by_issuer(calls)) {
    DigestTargets digests;
    for (const StatusJob* call : own) digests.add_call(call->request);
    if (const Status located = digests.locate(store_, issuer); !located) {
      return note_fault(located.error());
    }
    StatusAcceptance group(*reader, {.id = issuer,
                                     .register_size = log_->next_position(issuer),
                                     .next_change = log_->next_change(issuer),
                                     .sealed_changes = log_->sealed_changes(issuer),
                                     .time_ms = time_ms});
    for (StatusJob* call : own) {
      const Result<std::vector<WantedStatus>> wanted = digests.take_call(call->request);
      if (!wanted) {
        answers.emplace_back(call, wanted.error());
        continue;
      }
      Result<std::vector<TargetResult>> targets =
          group.add_call(*wanted, call->request.reason, call->request.actor);
      if (targets) {
        answers.emplace_back(call,
                             SetStatusResult{.issuer = issuer, .targets = *std::move(targets)});
      } else if (refuses_call(targets.error())) {
        answers.emplace_back(call, std::move(targets).error());
      } else {
        return note_fault(targets.error());
      }
    }
    changed += group.change_count();
    for (ChangeRun& run : group.take_runs()) runs.push_back(std::move(run));
  }
  // A refusal, too, may rest on what an earlier call of the group has changed.
  const auto answer_all = [&] {
    for (auto& [call, result] : answers) call_once(call->callback, std::move(result));
  };
  if constexpr (kMutant == Mutant::status_reply_before_commit) answer_all();
  if (!runs.empty()) {
    expect_seal();
    const Status stored = timed(events_.committed, [&] { return log_->accept_changes(runs); });
    if (!stored) return refuse(calls, stored.error());
  }
  {
    const std::lock_guard lock(mutex_);
    status_.changed_total += changed;
    status_.unsealed_changes = log_->unsealed_changes();
  }
  answer_all();
}

}  // namespace kedge::node
