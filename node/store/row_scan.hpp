// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <unordered_set>

#include "node/store/locator_sum.hpp"
#include "node/store/rocks_reader.hpp"
#include "node/store/scan.hpp"

namespace kedge::node {

/// One scan on its way through the families; see scan.hpp.
class RowScan {
 public:
  RowScan(const RocksDb& db, const ScanOptions& options)
      : db_(db), options_(options), reader_(db, nullptr), pointers_(leaves_.empty()) {}

  /// All files as a whole.
  void scan_files();
  /// Whether the options have ended it; what it has found since then says nothing.
  [[nodiscard]] bool stopped() const noexcept { return stopped_; }
  /// All rows of all families. Returns everything that was found, in files too.
  ScanReport scan_rows();

 private:
  /// What is known of an issuer.
  struct Issuer {
    std::uint64_t credential_count = 0;
    std::uint64_t next_position = 0;
    std::uint64_t sealed = 0;
    std::uint64_t mark = 0;
    std::uint64_t next_change = 0;
    std::uint64_t sealed_changes = 0;
  };
  /// Issuer and number.
  using ListId = std::pair<IssuerId, std::uint32_t>;

  void fault(std::string where, std::string what);
  void fault(Family family, std::string_view key, std::string what);

  /// Calls `visit` for every row with a well-formed key, in order of keys.
  void each(Family family, const std::function<void(const rows::Source&)>& visit);

  /// The same once more, without counting or judging anything.
  void revisit(Family family, const std::function<void(const rows::Source&)>& visit) const;

  /// The decoded row, or a fault.
  template <class T>
  std::optional<T> take(Family family, const rows::Source& row, Result<T> decoded) {
    if (decoded) return std::move(*decoded);
    fault(family, row.key, decoded.error().message);
    return std::nullopt;
  }

  /// Whether the position stands before its issuer's mark: it must be in the locator's rows.
  [[nodiscard]] bool marked(const Location& at) const;
  void check_pointer(std::string_view key, std::uint64_t prefix, const Location& at);
  /// What the sums have shown to be wrong, name by name.
  void search_locator();
  void search_leaf(const Location& at, const Hash& digest);

  bool known(Family family, std::string_view key, IssuerId issuer);
  std::optional<std::uint64_t> prefix_at(const Location& at);

  void scan_issuers();
  void scan_issuer_hash(const rows::Source& row);
  void scan_meta();
  void scan_runs();
  void scan_run(const rows::Source& row, const rows::RunRow& run);
  void scan_unmarked(const Location& at, std::uint64_t prefix);
  void scan_batches();
  void scan_batch_nodes();
  void scan_log();
  void scan_checkpoints();
  void scan_anchors();
  void scan_status_lists();
  void scan_status_list(const rows::Source& row);
  void check_allocated(const StatusListRow& list, std::vector<AllocatedRange>& ranges);
  void scan_changes();
  /// Entries that a list can have, the register with what is accepted; nothing if there is none.
  std::optional<std::uint64_t> size_of(IssuerId issuer, std::uint32_t list);
  void scan_targets();
  void scan_statuses();
  void scan_status_tiles();
  void scan_published();
  void scan_locator();
  void scan_locator_more();

  const RocksDb& db_;
  const ScanOptions& options_;
  RocksReader reader_;
  ScanReport report_;
  bool stopped_ = false;
  std::optional<StoreIdentity> identity_;
  std::map<IssuerId, Issuer> issuers_;
  /// In order of keys.
  std::vector<BatchRow> batches_;
  std::map<ListId, StatusListRow> lists_;
  /// By issuer and epoch of a status entry: the sizes in its list records.
  std::map<std::pair<IssuerId, std::uint64_t>, std::vector<std::uint64_t>> list_sizes_;
  /// Of the marked leaves, and of the rows that point to marked positions. Equal if and only if
  /// each leaf has its row and each row its leaf.
  LocatorSum leaves_;
  LocatorSum pointers_;
  /// Of the leaves beyond their issuer's mark, which `locator` need not have yet.
  std::unordered_set<std::uint64_t> tail_;
};

}  // namespace kedge::node
