// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <tuple>

#include "node/store/known_targets.hpp"
#include "node/store/leaf_windows.hpp"
#include "node/store/locator.hpp"
#include "node/store/rocks_db.hpp"
#include "node/store/run_row.hpp"

namespace kedge::node {

/// The error with the row's name in front.
Error at_row(Family family, std::string_view key, const Error& error);

/// A view of the RocksDB engine: a snapshot, and the locator as it is at each call, of which only
/// what the snapshot has is believed. Keeps its iterators and the last rows of leaves and nodes, so
/// that the reads of one proof cost one look-up a family.
class RocksReader final : public StoreReader {
 public:
  enum class View : std::uint8_t {
    /// Of the moment of construction.
    snapshot,
    /// Of the moment of each read; saves the engine's lock. See Store::latest.
    latest,
  };

  /// `locator` may be null where nothing is located (recovery). `windows` and `known`, in which
  /// `targets` looks first and keeps what it has read, are for the latest view alone, and may be
  /// null.
  RocksReader(const RocksDb& db, const Locator* locator, View view = View::snapshot,
              LeafWindows* windows = nullptr, KnownTargets* known = nullptr);
  ~RocksReader() override;
  RocksReader(const RocksReader&) = delete;
  RocksReader& operator=(const RocksReader&) = delete;

  Result<IssuerRow> issuer(IssuerId id) const override;
  Result<IssuerRow> issuer_by_name(std::string_view name) const override;
  Result<std::vector<IssuerRow>> issuers() const override;
  Result<std::uint64_t> next_position(IssuerId id) const override;

  Result<std::vector<Location>> locate(const Hash& digest) const override;
  Result<Bytes> leaves(IssuerId id, std::uint64_t first, std::uint64_t count) const override;
  Status visit_leaves(IssuerId id, std::uint64_t first,
                      const std::function<Status(const StoredLeaf&)>& visit) const override;

  Result<BatchRow> batch_of(IssuerId id, std::uint64_t position) const override;
  Result<BatchRow> batch_at(std::uint64_t log_index) const override;
  Result<Hash> batch_node(const BatchRow& batch, std::uint32_t level,
                          std::uint64_t index) const override;

  Result<std::uint64_t> log_size() const override;
  Result<Bytes> log_entry(std::uint64_t index) const override;
  Result<std::vector<Bytes>> log_entries(std::uint64_t first, std::uint64_t count) const override;
  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const override;
  Result<std::vector<TileEdge>> edges() const override;

  Result<CheckpointRow> checkpoint(std::uint64_t epoch) const override;
  Result<CheckpointRow> latest_checkpoint() const override;
  Result<CheckpointRow> checkpoint_covering(std::uint64_t log_index) const override;

  std::optional<std::uint64_t> anchors_version() const override;
  Result<AnchorRow> anchor(std::string_view ledger, std::uint64_t epoch) const override;
  Result<AnchorRow> latest_anchor(std::string_view ledger) const override;
  Result<AnchorRow> anchor_before(std::string_view ledger, std::uint64_t epoch) const override;
  Result<AnchorRow> anchor_covering(std::string_view ledger, std::uint64_t epoch) const override;
  Result<std::vector<std::string>> anchor_ledgers() const override;

  Result<std::uint64_t> next_change(IssuerId id) const override;
  Result<TargetStatus> target_status(IssuerId id, const StatusTarget& target) const override;
  Result<std::vector<std::optional<TargetStatus>>> targets(
      IssuerId id, std::span<const StatusTarget> wanted) const override;
  Status visit_targets(
      IssuerId id,
      const std::function<Status(const StatusTarget&, const TargetStatus&)>& visit) const override;
  Status visit_changes(IssuerId id, std::uint64_t first,
                       const std::function<Status(const ChangeRun&)>& visit) const override;
  Result<StatusListRow> status_list(IssuerId id, std::uint32_t list) const override;
  Result<std::vector<StatusListRow>> status_lists(IssuerId id) const override;
  Result<Allocation> allocation(IssuerId id, std::string_view request_key) const override;
  Result<StatusRow> status_at(IssuerId id, std::uint64_t epoch) const override;
  Result<StatusRow> status_entry_at(std::uint64_t log_index) const override;
  Result<StoredTile> status_tile(IssuerId id, std::uint32_t list, std::uint32_t level,
                                 std::uint64_t index, std::uint64_t epoch) const override;
  Status visit_status_tiles(IssuerId id,
                            const std::function<Status(const StoredTile&)>& visit) const override;
  Result<PublishedList> published(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                  std::uint64_t epoch) const override;
  Result<PublishedList> published_before(IssuerId id, std::uint32_t list, std::uint8_t encoding,
                                         std::uint64_t time_ms) const override;

  /// Whether the leaf at a location has this digest; not where the view has no such leaf.
  Result<bool> has_digest(const Location& at, const Hash& digest) const;

  /// Calls `visit` for every row of the issuer's runs from the one with position `first` on that
  /// begins before position `end`, in order, until it fails. corrupt if rows do not follow each
  /// other.
  Status visit_rows(IssuerId id, std::uint64_t first, std::uint64_t end,
                    const std::function<Status(const rows::RunRow&)>& visit) const;

 private:
  using Iterator = std::unique_ptr<rocksdb::Iterator>;
  struct KeptRun {
    rows::RunRow row;
    rocksdb::PinnableSlice value;
  };

  /// The family's iterator on the snapshot, made at the first use.
  rocksdb::Iterator& iterator(Family family) const;
  /// The row that the iterator stands on; an empty key where it stands nowhere.
  Result<rows::Source> standing(Family family) const;
  /// The row with exactly this key; not_found if there is none. `pinned` keeps it alive.
  Result<rows::Source> row(Family family, std::string_view key,
                           rocksdb::PinnableSlice& pinned) const;
  /// The row of runs that holds the position; not_found if there is none. Valid until the call
  /// after the next, and so is what is read from it.
  Result<rows::RunRow> run_of(IssuerId id, std::uint64_t position) const;
  /// The same where the row does not begin its window; see run_row.hpp. It is kept in `kept`.
  Result<rows::RunRow> seek_run(IssuerId id, std::uint64_t position, KeptRun& kept) const;
  /// Appends `count` entries of one window from memory, into which it is read if they are not
  /// there; false if that cannot be done.
  bool read_remembered(IssuerId id, std::uint64_t first, std::size_t count, Bytes& out) const;
  /// Appends all entries that there are of the window that begins with this position.
  Status read_window(IssuerId id, std::uint64_t window, Bytes& out) const;
  /// Appends the entries [first, end) from their rows.
  Status read_rows(IssuerId id, std::uint64_t first, std::uint64_t end, Bytes& out) const;
  /// leaves() for more than a few rows.
  Result<Bytes> many_leaves(IssuerId id, std::uint64_t first, std::uint64_t count) const;
  Result<rows::EdgesRow> edges_row() const;
  /// `targets` from the store itself.
  Result<std::vector<std::optional<TargetStatus>>> read_targets(
      IssuerId id, std::span<const StatusTarget> wanted) const;
  /// Number of the issuer with this hash.
  Result<IssuerId> issuer_of(const Hash& issuer_hash) const;
  /// Calls `visit` for every row of the family from `from` on whose key begins with `prefix`, in
  /// order, until it fails. Uses an iterator of its own: the visitor may read too.
  Status visit_prefix(Family family, std::string_view prefix, std::string_view from,
                      const std::function<Status(const rows::Source&)>& visit) const;
  Result<AnchorRow> standing_anchor(std::string_view ledger, std::string_view what) const;

  const RocksDb& db_;
  const Locator* locator_;
  LeafWindows* windows_;
  KnownTargets* known_;
  /// Of the snapshot.
  std::optional<std::uint64_t> anchors_version_;
  const rocksdb::Snapshot* snapshot_;
  mutable std::array<Iterator, kFamilies> iterators_;
  /// Two, because the leaves of one path may lie in two.
  mutable std::array<KeptRun, 2> runs_;
  /// Which of them was read last.
  mutable std::size_t newest_run_ = 0;
  /// Which row `nodes_` is, if any: issuer, first position, subtree.
  mutable std::optional<std::tuple<IssuerId, std::uint64_t, std::uint32_t>> nodes_of_;
  mutable rocksdb::PinnableSlice nodes_;
};

}  // namespace kedge::node
