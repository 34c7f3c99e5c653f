// SPDX-License-Identifier: Apache-2.0
#include "node/store/status_checks.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "crypto/sha256.hpp"

namespace kedge::node {
namespace {

Error contradiction(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

std::string name_of(IssuerId issuer, const StatusTarget& target) {
  return "index " + text(target.index) + " of list " + text(target.list) + " of issuer " +
         text(issuer);
}

/// One change of a call, and where it stands among all of them.
struct Place {
  IssuerId issuer = 0;
  std::uint64_t change = 0;
  const StatusChange* what = nullptr;
  const ChangeRun* run = nullptr;
};

class ChangePlan {
 public:
  ChangePlan(const StoreReader& before, std::span<const std::uint64_t> next_positions)
      : before_(before), next_positions_(next_positions) {}

  Status take(const ChangeRun& run) {
    for (std::size_t i = 0; i < run.changes.size(); ++i) {
      const StatusChange& change = run.changes[i];
      if (auto ok = check(run.issuer, change); !ok) return ok;
      places_.push_back({run.issuer, run.first_change + i, &change, &run});
    }
    return {};
  }

  /// The status of every target after the last of its changes.
  Result<std::vector<TargetWrite>> finish() {
    std::sort(places_.begin(), places_.end(), [](const Place& a, const Place& b) {
      return std::tie(a.issuer, a.what->target, a.change) <
             std::tie(b.issuer, b.what->target, b.change);
    });
    std::vector<TargetWrite> writes;
    for (std::size_t from = 0; from < places_.size();) {
      std::size_t to = from;
      while (to < places_.size() && places_[to].issuer == places_[from].issuer) ++to;
      if (auto ok = follow(std::span(places_).subspan(from, to - from), writes); !ok) {
        return ok.error();
      }
      from = to;
    }
    return writes;
  }

 private:
  Status check(IssuerId issuer, const StatusChange& change) {
    if (change.before > StatusValue::suspended || change.after > StatusValue::suspended ||
        !may_change(change.before, change.after)) {
      return invalid_argument("the status of " + name_of(issuer, change.target) +
                                  " does not change from " +
                                  std::string(status_name(change.before)) + " to " +
                                  std::string(status_name(change.after)),
                              "after");
    }
    const auto size = size_of(issuer, change.target.list);
    if (!size) return size.error();
    if (change.target.index >= *size) {
      return invalid_argument(name_of(issuer, change.target) + " is beyond the list, which has " +
                                  text(*size) + " entries",
                              "index");
    }
    return {};
  }

  Result<std::uint64_t> size_of(IssuerId issuer, std::uint32_t list) {
    if (list == kRegister) return next_positions_[issuer];
    auto found = sizes_.find({issuer, list});
    if (found == sizes_.end()) {
      const auto row = before_.status_list(issuer, list);
      if (!row) return row.error();
      found = sizes_.emplace(std::pair(issuer, list), row->size).first;
    }
    return found->second;
  }

  /// All changes of one issuer, in order of target and number.
  Status follow(std::span<const Place> places, std::vector<TargetWrite>& writes) const {
    std::vector<StatusTarget> wanted;
    wanted.reserve(places.size());
    for (const Place& place : places) {
      if (wanted.empty() || wanted.back() != place.what->target) {
        wanted.push_back(place.what->target);
      }
    }
    const auto stored = before_.targets(places.front().issuer, wanted);
    if (!stored) return stored.error();
    std::size_t at = 0;
    for (const auto& known : *stored) {
      StatusValue now = known ? known->value : StatusValue::valid;
      const StatusTarget& target = places[at].what->target;
      for (; at < places.size() && places[at].what->target == target; ++at) {
        const StatusChange& change = *places[at].what;
        if (change.before != now) {
          return contradiction("the status of " + name_of(places[at].issuer, target) + " is " +
                               std::string(status_name(now)) + ", but a change begins at " +
                               std::string(status_name(change.before)));
        }
        now = change.after;
      }
      const Place& last = places[at - 1];
      writes.push_back({last.issuer,
                        target,
                        {now, last.what->time_ms, last.change, last.run->reason, last.run->actor}});
    }
    return {};
  }

  const StoreReader& before_;
  const std::span<const std::uint64_t> next_positions_;
  std::map<std::pair<IssuerId, std::uint32_t>, std::uint64_t> sizes_;
  std::vector<Place> places_;
};

Status check_run(const ChangeRun& run, std::uint64_t next) {
  if (run.changes.empty() || run.changes.size() > kMaxRunChanges) {
    return invalid_argument(
        "a run has 1 to " + text(kMaxRunChanges) + " changes, not " + text(run.changes.size()),
        "changes");
  }
  if (run.actor.size() > kMaxActor) {
    return invalid_argument("an actor's name has at most " + text(kMaxActor) + " octets", "actor");
  }
  if (run.first_change != next) {
    return contradiction("a run of issuer " + text(run.issuer) + " begins at change " +
                         text(run.first_change) + ", but " + text(next) + " is next");
  }
  return {};
}

/// The lists of the issuers that allocations speak of, as they become.
class AllocationPlan {
 public:
  explicit AllocationPlan(const StoreReader& before) : before_(before) {}

  Status take(const StatusAllocation& what) {
    const Allocation& allocation = what.allocation;
    if (auto ok = check_key(allocation); !ok) return ok;
    auto lists = lists_of(allocation.issuer);
    if (!lists) return lists.error();
    for (const StatusListRow& row : what.opened) {
      if (auto ok = open(allocation, row, **lists); !ok) return ok;
    }
    if (allocation.ranges.empty()) {
      return invalid_argument("an allocation has at least one range", "ranges");
    }
    for (const AllocatedRange& range : allocation.ranges) {
      if (auto ok = give(allocation.issuer, range, **lists); !ok) return ok;
    }
    for (const StatusListRow& row : **lists) {
      if (row.allocated == 0) {
        return invalid_argument("nothing is taken from list " + text(row.list), "opened");
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<StatusListRow> finish() const {
    std::vector<StatusListRow> rows;
    for (const auto& [issuer, list] : changed_) rows.push_back(lists_.at(issuer)[list - 1]);
    return rows;
  }

 private:
  Status check_key(const Allocation& allocation) {
    const std::string& key = allocation.request_key;
    if (key.empty() || key.size() > kMaxRequestKey) {
      return invalid_argument("a request's key has 1 to " + text(kMaxRequestKey) + " octets",
                              "request_key");
    }
    const auto known = before_.allocation(allocation.issuer, key);
    if (!known && known.error().code != Errc::not_found) return known.error();
    if (known || !keys_.emplace(allocation.issuer, key).second) {
      return Error{Errc::already_exists, "the issuer has an allocation with this request key"};
    }
    return {};
  }

  Result<std::vector<StatusListRow>*> lists_of(IssuerId issuer) {
    auto found = lists_.find(issuer);
    if (found == lists_.end()) {
      auto rows = before_.status_lists(issuer);
      if (!rows) return rows.error();
      found = lists_.emplace(issuer, *std::move(rows)).first;
    }
    return &found->second;
  }

  static Status open(const Allocation& allocation, const StatusListRow& row,
                     std::vector<StatusListRow>& lists) {
    if (row.issuer != allocation.issuer || row.allocated != 0 || row.size == 0 ||
        row.size > kMaxListSize || row.purposes == 0 ||
        row.purposes > (kPurposeRevocation | kPurposeSuspension)) {
      return invalid_argument(
          "an opened list is the issuer's, has 1 to 2^40 entries, a purpose, "
          "and nothing handed out",
          "opened");
    }
    if (row.list != lists.size() + 1) {
      return contradiction("list " + text(row.list) + " of issuer " + text(row.issuer) +
                           " is opened, but " + text(lists.size() + 1) + " is next");
    }
    lists.push_back(row);
    return {};
  }

  Status give(IssuerId issuer, const AllocatedRange& range, std::vector<StatusListRow>& lists) {
    if (range.list == kRegister || range.list > lists.size()) {
      return Error{Errc::not_found,
                   "issuer " + text(issuer) + " has no published list " + text(range.list)};
    }
    StatusListRow& row = lists[range.list - 1];
    if (range.first_slot != row.allocated) {
      return contradiction("a range of list " + text(range.list) + " of issuer " + text(issuer) +
                           " begins at slot " + text(range.first_slot) + ", but " +
                           text(row.allocated) + " is next");
    }
    if (range.count == 0 || range.count > row.size - row.allocated) {
      return invalid_argument("a range of " + text(range.count) + " slots of list " +
                                  text(range.list) + ", which has " +
                                  text(row.size - row.allocated) + " left",
                              "ranges");
    }
    row.allocated += range.count;
    changed_.emplace(issuer, range.list);
    return {};
  }

  const StoreReader& before_;
  /// By issuer, in order of list from 1 on.
  std::map<IssuerId, std::vector<StatusListRow>> lists_;
  std::set<std::pair<IssuerId, std::uint32_t>> changed_;
  std::set<std::pair<IssuerId, std::string>> keys_;
};

}  // namespace

Result<std::vector<TargetWrite>> plan_changes(std::span<const ChangeRun> runs,
                                              const StoreReader& before,
                                              std::span<const std::uint64_t> next_positions,
                                              std::span<const std::uint64_t> next_changes) {
  ChangePlan plan(before, next_positions);
  std::map<IssuerId, std::uint64_t> next;
  for (const ChangeRun& run : runs) {
    if (run.issuer >= next_positions.size() || run.issuer >= next_changes.size()) {
      return Error{Errc::not_found, "there is no issuer " + text(run.issuer)};
    }
    auto& change = next.try_emplace(run.issuer, next_changes[run.issuer]).first->second;
    if (auto ok = check_run(run, change); !ok) return ok.error();
    change += run.changes.size();
    if (auto ok = plan.take(run); !ok) return ok.error();
  }
  return plan.finish();
}

Result<std::vector<StatusListRow>> plan_allocations(std::span<const StatusAllocation> allocations,
                                                    const StoreReader& before) {
  AllocationPlan plan(before);
  for (const StatusAllocation& allocation : allocations) {
    if (auto ok = plan.take(allocation); !ok) return ok.error();
  }
  return plan.finish();
}

Status check_published(const PublishedList& list, const StoreReader& before) {
  if (list.document.empty() || list.digest != crypto::sha256(list.document)) {
    return invalid_argument("the digest is not that of the document", "digest");
  }
  if (auto issuer = before.issuer(list.issuer); !issuer) return issuer.error();
  if (list.list != kRegister) {
    if (auto row = before.status_list(list.issuer, list.list); !row) return row.error();
  }
  if (auto checkpoint = before.checkpoint(list.epoch); !checkpoint) return checkpoint.error();
  const auto last = before.published(list.issuer, list.list, list.encoding);
  if (!last && last.error().code != Errc::not_found) return last.error();
  if (last && last->epoch == list.epoch) {
    return Error{Errc::already_exists, "the list has been published in this epoch"};
  }
  if (last && (last->epoch > list.epoch || last->time_ms > list.time_ms)) {
    return contradiction("the list has been published after that");
  }
  return {};
}

}  // namespace kedge::node
