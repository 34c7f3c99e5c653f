// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/audit/directory_tree.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {

/// Follows a log from its genesis entry on and says where an entry breaks a rule of the log: the
/// order of types and times, each issuer's chain, and the directory that each epoch entry promises.
/// Needs the entries alone, therefore works for a store and for a log read from elsewhere. After
/// a fault it goes on from what the entry says, so that one fault is reported once. Not
/// thread-safe.
class LogReplay {
 public:
  /// `origin_hash`: what the genesis entry must hold.
  explicit LogReplay(const Hash& origin_hash) : origin_hash_(origin_hash) {}

  /// The next entry and its log leaf hash. What is wrong with it, a sentence each; empty if
  /// nothing.
  std::vector<std::string> apply(const LogEntry& entry, const Hash& leaf_hash);
  /// The next entry cannot be read. What it would have changed is unknown, so that from here on
  /// only types and times are checked.
  void skip() noexcept;

  /// False once an entry has been skipped.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// Entries so far.
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
  /// What the next epoch entry must call itself.
  [[nodiscard]] std::uint64_t next_epoch() const noexcept { return next_epoch_; }
  /// nullptr for an issuer without entries.
  [[nodiscard]] const DirectoryRecord* issuer(const Hash& issuer_hash) const;

 private:
  struct Issuer {
    DirectoryRecord record;
    /// Place in `directory_`, once it is there.
    std::size_t place = 0;
  };

  void follow(const GenesisEntry& entry);
  void follow(const BatchEntry& entry);
  void follow(const StatusEntry& entry);
  void follow(const EpochEntry& entry);
  Issuer& step(const Hash& issuer_hash, std::uint64_t issuer_seq, const Hash& prev);
  /// Root over the records as they are now.
  Hash current_directory();
  void say(std::string what) { faults_.push_back(std::move(what)); }
  /// Of what follows from all entries so far.
  void say_if_complete(std::string what);

  const Hash origin_hash_;
  bool complete_ = true;
  std::uint64_t size_ = 0;
  std::uint64_t time_ms_ = 0;
  std::uint64_t next_epoch_ = 0;
  /// By issuer_hash: the order of the directory.
  std::map<Hash, Issuer> issuers_;
  DirectoryTree directory_;
  /// Since the last epoch entry.
  std::set<Issuer*> changed_;
  /// Of the entry that is being applied.
  Hash leaf_hash_{};
  std::vector<std::string> faults_;
};

}  // namespace kedge::node
