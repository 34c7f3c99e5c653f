// SPDX-License-Identifier: Apache-2.0
#include "node/status/status_acceptance.hpp"

#include <string>
#include <utility>

namespace kedge::node {
namespace {

/// What a list must be for, to say this of an entry.
std::uint8_t purpose_of(StatusValue value) {
  switch (value) {
    case StatusValue::valid:
      break;
    case StatusValue::revoked:
      return kPurposeRevocation;
    case StatusValue::suspended:
      return kPurposeSuspension;
  }
  return 0;
}

}  // namespace

std::string target_field(std::size_t number) {
  return "targets[" + std::to_string(number) + "]";
}

Result<std::vector<TargetResult>> StatusAcceptance::add_call(std::span<const WantedStatus> targets,
                                                             StatusReason reason,
                                                             std::string_view actor) {
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (const Status there = check_entry(targets[i]); !there) {
      return Error{there.error().code, there.error().message, target_field(i)};
    }
  }
  if (const Status learned = learn(targets); !learned) return learned.error();

  ++call_;
  before_.clear();
  ChangeRun run{.issuer = issuer_.id,
                .first_change = next_change_,
                .reason = static_cast<std::uint8_t>(reason),
                .actor = std::string(actor),
                .changes = {}};
  std::vector<TargetResult> results;
  results.reserve(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    Result<TargetResult> result = add_target(targets[i], run);
    if (!result) {
      undo();
      return Error{result.error().code, result.error().message, target_field(i)};
    }
    results.push_back(*std::move(result));
  }
  if (!run.changes.empty()) runs_.push_back(std::move(run));
  return results;
}

Status StatusAcceptance::check_entry(const WantedStatus& wanted) {
  const auto [list, index] = wanted.target;
  if (list == kRegister) {
    if (index < issuer_.register_size) return {};
    return Error{Errc::not_found,
                 "the issuer has no credential at position " + std::to_string(index)};
  }
  const Result<const List*> found = published_list(list);
  if (!found) return found.error();
  const List& published = **found;
  if (index >= published.row.size ||
      published.permutation.slot_of(index) >= published.row.allocated) {
    return Error{Errc::not_found, "index " + std::to_string(index) + " of list " +
                                      std::to_string(list) + " was never allocated"};
  }
  const std::uint8_t purpose = purpose_of(wanted.value);
  if ((published.row.purposes & purpose) != purpose) {
    return invalid_argument("list " + std::to_string(list) + " is not for " +
                            (purpose == kPurposeRevocation ? "revocation" : "suspension"));
  }
  return {};
}

Result<const StatusAcceptance::List*> StatusAcceptance::published_list(std::uint32_t list) {
  if (const auto found = lists_.find(list); found != lists_.end()) return &found->second;
  Result<StatusListRow> row = reader_.status_list(issuer_.id, list);
  if (!row) {
    if (row.error().code != Errc::not_found) return std::move(row).error();
    return Error{Errc::not_found, "the issuer has no list " + std::to_string(list)};
  }
  const SlotPermutation permutation(row->key, row->size);
  return &lists_.emplace(list, List{*std::move(row), permutation}).first->second;
}

Status StatusAcceptance::learn(std::span<const WantedStatus> targets) {
  std::vector<StatusTarget> unknown;
  for (const WantedStatus& wanted : targets) {
    if (known_.try_emplace(wanted.target).second) unknown.push_back(wanted.target);
  }
  if (unknown.empty()) return {};
  const auto stored = reader_.targets(issuer_.id, unknown);
  if (!stored) return stored.error();
  for (std::size_t i = 0; i < unknown.size(); ++i) {
    const std::optional<TargetStatus>& status = (*stored)[i];
    if (!status) continue;
    known_.at(unknown[i]).now = {
        .value = status->value, .time_ms = status->time_ms, .change = status->change};
  }
  return {};
}

Result<TargetResult> StatusAcceptance::add_target(const WantedStatus& wanted, ChangeRun& run) {
  Known& entry = known_.at(wanted.target);
  Standing& now = entry.now;
  const bool again = std::exchange(entry.call, call_) == call_;
  const bool changes = now.value != wanted.value;
  if (changes) {
    if (again) {
      return invalid_argument("stands in the call before with another value; expected one value");
    }
    if (!may_change(now.value, wanted.value)) {
      return Error{Errc::already_exists, "is revoked, and a revocation is for ever"};
    }
    before_.emplace_back(wanted.target, now);
    run.changes.push_back({.target = wanted.target,
                           .before = now.value,
                           .after = wanted.value,
                           .time_ms = issuer_.time_ms});
    now = {.value = wanted.value, .time_ms = issuer_.time_ms, .change = next_change_++};
  }
  return TargetResult{.target = wanted.target,
                      .value = now.value,
                      .time_ms = now.time_ms,
                      .changed = changes,
                      .change = now.change,
                      .sealed = now.change && *now.change < issuer_.sealed_changes};
}

void StatusAcceptance::undo() {
  for (const auto& [target, was] : before_) known_.at(target).now = was;
  next_change_ -= before_.size();
  before_.clear();
}

}  // namespace kedge::node
