// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "node/log/entry.hpp"
#include "node/log/status.hpp"
#include "node/log/status_tree.hpp"

namespace kedge::node {

/// Follows the status entries of one issuer from its first on, with the changes and the list
/// records that whoever holds the log says are behind them, and names what breaks a rule: the
/// changes lead to changes_root; each begins at the value that its entry had, in a list that is
/// there; nothing that was revoked changes again; no change is dated before the one before it,
/// before the issuer's status entry before, or after its own entry; and the lists that the changes
/// lead to are those of status_root. So nothing has changed without an entry, and no entry can be
/// explained in any other way. The chain of entries and their times are LogReplay's business.
///
/// Believes nothing that it can compute, and needs no store. After a fault it goes on from the
/// changes, so that a later entry is judged by what was shown. Memory grows with the parts of the
/// lists that were ever changed, not with what a record says of their size. Not thread-safe.
class StatusReplay {
 public:
  /// The next status entry. `credential_count`: the issuer's credentials in the log's batches
  /// before it. `changes`: its changes, in order. `lists`: the records below status_root. What is
  /// wrong, a sentence each; empty if nothing.
  std::vector<std::string> apply(const StatusEntry& entry, std::uint64_t credential_count,
                                 std::span<const StatusChange> changes,
                                 std::span<const ListRecord> lists);

  /// Changes so far: the number of the next entry's first one.
  [[nodiscard]] std::uint64_t next_change() const noexcept { return next_change_; }
  /// The value of an entry as of the newest status entry; what never changed is valid.
  [[nodiscard]] StatusValue value(const StatusTarget& target) const;

 private:
  struct List {
    std::uint64_t size = 0;
    std::map<std::pair<std::uint32_t, std::uint64_t>, StatusTileNodes> tiles;
  };

  void check_lists(std::uint64_t credential_count, std::span<const ListRecord> lists);
  void check_changes(const StatusEntry& entry, std::span<const StatusChange> changes,
                     std::span<const ListRecord> lists);
  void check_roots(std::span<const ListRecord> lists);
  /// The changes that can be applied to the lists as they are, by list. Of the others it says why
  /// not.
  void sort_out(std::size_t number, const StatusChange& change, std::span<const ListRecord> lists);
  /// Brings one list up to date; nullopt, with a fault said, if it cannot be.
  std::optional<Hash> advance(const ListRecord& record);
  void say(std::string what) { faults_.push_back(std::move(what)); }

  std::map<std::uint32_t, List> lists_;
  std::uint64_t next_change_ = 0;
  std::uint64_t change_ms_ = 0;
  /// Of the entry that is being applied.
  std::map<StatusTarget, StatusValue> values_;
  std::map<std::uint32_t, std::vector<StatusChange>> changes_;
  std::vector<std::string> faults_;
};

}  // namespace kedge::node
