// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "node/log/status.hpp"
#include "node/status/slot_permutation.hpp"
#include "node/status/status_calls.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// A target whose digest, if it was named by one, has been looked up.
struct WantedStatus {
  StatusTarget target;
  StatusValue value = StatusValue::valid;
};

/// How errors name an item of a call of `status_set`.
std::string target_field(std::size_t number);

/// Turns the calls that one issuer has in a group commit into changes, in order: later calls see
/// what earlier ones have changed. The rules: revoked is for ever; suspended can be lifted; what
/// has the value already is not changed and keeps its first time, reason and actor; a call that
/// breaks a rule changes nothing. A function over what `reader` sees: no clock, no writes. Not
/// thread-safe.
class StatusAcceptance {
 public:
  /// Where the issuer stands.
  struct Issuer {
    IssuerId id = 0;
    /// Entries of its register: the positions that it has given, sealed or not.
    std::uint64_t register_size = 0;
    /// The number that its next change gets, and the first one that is not in the log yet.
    std::uint64_t next_change = 0;
    std::uint64_t sealed_changes = 0;
    /// What the changes of this group are dated.
    std::uint64_t time_ms = 0;
  };

  /// `reader` must outlive it, and see everything accepted before this group.
  StatusAcceptance(const StoreReader& reader, const Issuer& issuer)
      : reader_(reader), issuer_(issuer), next_change_(issuer.next_change) {}

  /// Errors that refuse the call, each with the field `targets[i]`: not_found for an entry beyond
  /// the register, a list that the issuer does not have, or an index that was never allocated;
  /// already_exists for a change of what is revoked; invalid_argument for two values of one target
  /// or a value that the list's purposes cannot show. Anything else is a failure of the store.
  Result<std::vector<TargetResult>> add_call(std::span<const WantedStatus> targets,
                                             StatusReason reason, std::string_view actor);

  /// What the calls have changed, one run a call that has changed anything. Call once.
  [[nodiscard]] std::vector<ChangeRun> take_runs() { return std::move(runs_); }
  /// The changes in `take_runs`.
  [[nodiscard]] std::uint64_t change_count() const noexcept {
    return next_change_ - issuer_.next_change;
  }

 private:
  /// How an entry stands with the calls so far.
  struct Standing {
    StatusValue value = StatusValue::valid;
    std::uint64_t time_ms = 0;
    std::optional<std::uint64_t> change = {};
  };
  struct Known {
    Standing now;
    /// The call that has named it last, from 1.
    std::size_t call = 0;
  };
  struct List {
    StatusListRow row;
    SlotPermutation permutation;
  };

  Status check_entry(const WantedStatus& wanted);
  Result<const List*> published_list(std::uint32_t list);
  /// Reads how the targets stand that no call has named yet.
  Status learn(std::span<const WantedStatus> targets);
  Result<TargetResult> add_target(const WantedStatus& wanted, ChangeRun& run);
  /// Forgets what a refused call has changed.
  void undo();

  const StoreReader& reader_;
  const Issuer issuer_;
  std::uint64_t next_change_;
  std::size_t call_ = 0;
  std::map<StatusTarget, Known> known_;
  /// What the call in hand has changed, as it was before.
  std::vector<std::pair<StatusTarget, Standing>> before_;
  std::map<std::uint32_t, List> lists_;
  std::vector<ChangeRun> runs_;
};

}  // namespace kedge::node
