// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "crypto/binary.hpp"
#include "tests/support/passed_status.hpp"

namespace kedge::test {

/// What a damaged store would answer: each function may change what a real reader has read.
struct Tamper {
  using Index = std::uint64_t;
  std::function<void(node::IssuerRow&)> issuer = {};
  std::function<void(node::IssuerId, std::uint64_t&)> next_position = {};
  std::function<void(std::vector<node::Location>&)> locate = {};
  /// The callback gets a copy of the leaf whose entry is `bytes`.
  std::function<void(node::IssuerId, node::StoredLeaf&, Bytes& bytes)> leaf = {};
  std::function<void(node::BatchRow&)> batch = {};
  std::function<void(const node::BatchRow&, std::uint32_t level, Index, Hash&)> node = {};
  std::function<void(Index, Bytes&)> entry = {};
  std::function<void(std::uint64_t&)> log_size = {};
  std::function<void(std::uint32_t level, Index, std::vector<Hash>&)> tile = {};
  std::function<void(std::vector<node::TileEdge>&)> edges = {};
  std::function<void(node::CheckpointRow&)> checkpoint = {};
  std::function<void(node::AnchorRow&)> anchor = {};
  std::function<void(node::ChangeRun&)> changes = {};
  std::function<void(const node::StatusTarget&, node::TargetStatus&)> target = {};
  std::function<void(std::vector<node::StatusListRow>&)> lists = {};
  std::function<void(node::StatusRow&)> status = {};
  std::function<void(node::StoredTile&)> status_tile = {};
  /// Asked before every read: `what` is the name of the function, `key` its first number or
  /// digest_key.
  std::function<std::optional<Error>(std::string_view what, Index key)> fail = {};
};

/// What stands for a digest where a read is asked for by number.
inline std::uint64_t digest_key(const Hash& digest) {
  return BinaryReader(digest).get<std::uint64_t>();
}

/// A real reader in front of which something has gone wrong.
class TamperedReader final : public PassedStatusReader {
 public:
  TamperedReader(std::unique_ptr<node::StoreReader> truth, Tamper tamper)
      : PassedStatusReader(std::move(truth)), tamper_(std::move(tamper)) {}

  Result<node::IssuerRow> issuer(node::IssuerId id) const override {
    return changed(
        "issuer", id, [&] { return truth_->issuer(id); }, tamper_.issuer);
  }
  Result<node::IssuerRow> issuer_by_name(std::string_view name) const override {
    return changed(
        "issuer_by_name", 0, [&] { return truth_->issuer_by_name(name); }, tamper_.issuer);
  }
  Result<std::vector<node::IssuerRow>> issuers() const override {
    return changed(
        "issuers", 0, [&] { return truth_->issuers(); }, each(tamper_.issuer));
  }
  Result<std::uint64_t> next_position(node::IssuerId id) const override {
    return changed(
        "next_position", id, [&] { return truth_->next_position(id); },
        [&](std::uint64_t& next) {
          if (tamper_.next_position) tamper_.next_position(id, next);
        });
  }
  Result<std::vector<node::Location>> locate(const Hash& digest) const override {
    return changed(
        "locate", digest_key(digest), [&] { return truth_->locate(digest); }, tamper_.locate);
  }
  Result<Bytes> leaves(node::IssuerId id, std::uint64_t first, std::uint64_t count) const override {
    return truth_->leaves(id, first, count);
  }
  Status visit_leaves(node::IssuerId id, std::uint64_t first,
                      const std::function<Status(const node::StoredLeaf&)>& visit) const override {
    return truth_->visit_leaves(id, first, [&](const node::StoredLeaf& stored) -> Status {
      if (auto error = failure("leaf", stored.position)) return *error;
      node::StoredLeaf leaf = stored;
      Bytes bytes(stored.entry.begin(), stored.entry.end());
      if (tamper_.leaf) tamper_.leaf(id, leaf, bytes);
      leaf.entry = bytes;
      return visit(leaf);
    });
  }
  Result<node::BatchRow> batch_of(node::IssuerId id, std::uint64_t position) const override {
    return changed(
        "batch_of", position, [&] { return truth_->batch_of(id, position); }, tamper_.batch);
  }
  Result<node::BatchRow> batch_at(std::uint64_t log_index) const override {
    return changed(
        "batch_at", log_index, [&] { return truth_->batch_at(log_index); }, tamper_.batch);
  }
  Result<Hash> batch_node(const node::BatchRow& batch, std::uint32_t level,
                          std::uint64_t index) const override {
    return changed(
        "batch_node", index, [&] { return truth_->batch_node(batch, level, index); },
        [&](Hash& hash) {
          if (tamper_.node) tamper_.node(batch, level, index, hash);
        });
  }
  Result<std::uint64_t> log_size() const override {
    return changed(
        "log_size", 0, [&] { return truth_->log_size(); }, tamper_.log_size);
  }
  Result<Bytes> log_entry(std::uint64_t index) const override {
    return changed(
        "log_entry", index, [&] { return truth_->log_entry(index); },
        [&](Bytes& entry) {
          if (tamper_.entry) tamper_.entry(index, entry);
        });
  }
  Result<std::vector<Bytes>> log_entries(std::uint64_t first, std::uint64_t count) const override {
    return changed(
        "log_entries", first, [&] { return truth_->log_entries(first, count); },
        [&](std::vector<Bytes>& entries) {
          for (std::size_t i = 0; i < entries.size() && tamper_.entry; ++i) {
            tamper_.entry(first + i, entries[i]);
          }
        });
  }
  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const override {
    return changed(
        "tile", index, [&] { return truth_->tile(level, index); },
        [&](std::vector<Hash>& hashes) {
          if (tamper_.tile) tamper_.tile(level, index, hashes);
        });
  }
  Result<std::vector<node::TileEdge>> edges() const override {
    return changed(
        "edges", 0, [&] { return truth_->edges(); }, tamper_.edges);
  }
  Result<node::CheckpointRow> checkpoint(std::uint64_t epoch) const override {
    return changed(
        "checkpoint", epoch, [&] { return truth_->checkpoint(epoch); }, tamper_.checkpoint);
  }
  Result<node::CheckpointRow> latest_checkpoint() const override {
    return changed(
        "latest_checkpoint", 0, [&] { return truth_->latest_checkpoint(); }, tamper_.checkpoint);
  }
  Result<node::CheckpointRow> checkpoint_covering(std::uint64_t log_index) const override {
    return changed(
        "checkpoint_covering", log_index, [&] { return truth_->checkpoint_covering(log_index); },
        tamper_.checkpoint);
  }
  std::optional<std::uint64_t> anchors_version() const override { return std::nullopt; }
  Result<node::AnchorRow> anchor(std::string_view ledger, std::uint64_t epoch) const override {
    return changed(
        "anchor", epoch, [&] { return truth_->anchor(ledger, epoch); }, tamper_.anchor);
  }
  Result<node::AnchorRow> latest_anchor(std::string_view ledger) const override {
    return changed(
        "latest_anchor", 0, [&] { return truth_->latest_anchor(ledger); }, tamper_.anchor);
  }
  Result<node::AnchorRow> anchor_before(std::string_view ledger,
                                        std::uint64_t epoch) const override {
    return changed(
        "anchor_before", epoch, [&] { return truth_->anchor_before(ledger, epoch); },
        tamper_.anchor);
  }
  Result<node::AnchorRow> anchor_covering(std::string_view ledger,
                                          std::uint64_t epoch) const override {
    return changed(
        "anchor_covering", epoch, [&] { return truth_->anchor_covering(ledger, epoch); },
        tamper_.anchor);
  }
  Result<std::uint64_t> next_change(node::IssuerId id) const override {
    return changed(
        "next_change", id, [&] { return truth_->next_change(id); }, [](std::uint64_t&) {});
  }
  Result<node::TargetStatus> target_status(node::IssuerId id,
                                           const node::StatusTarget& target) const override {
    return changed(
        "target_status", target.index, [&] { return truth_->target_status(id, target); },
        [&](node::TargetStatus& status) {
          if (tamper_.target) tamper_.target(target, status);
        });
  }
  Result<std::vector<std::optional<node::TargetStatus>>> targets(
      node::IssuerId id, std::span<const node::StatusTarget> wanted) const override {
    return changed(
        "targets", wanted.size(), [&] { return truth_->targets(id, wanted); },
        [&](std::vector<std::optional<node::TargetStatus>>& statuses) {
          for (std::size_t i = 0; i < statuses.size(); ++i) {
            if (statuses[i] && tamper_.target) tamper_.target(wanted[i], *statuses[i]);
          }
        });
  }
  Status visit_targets(
      node::IssuerId id,
      const std::function<Status(const node::StatusTarget&, const node::TargetStatus&)>& visit)
      const override {
    return truth_->visit_targets(
        id, [&](const node::StatusTarget& target, const node::TargetStatus& stored) -> Status {
          node::TargetStatus status = stored;
          if (tamper_.target) tamper_.target(target, status);
          return visit(target, status);
        });
  }
  Status visit_changes(node::IssuerId id, std::uint64_t first,
                       const std::function<Status(const node::ChangeRun&)>& visit) const override {
    return truth_->visit_changes(id, first, [&](const node::ChangeRun& stored) -> Status {
      if (auto error = failure("changes", stored.first_change)) return *error;
      node::ChangeRun run = stored;
      if (tamper_.changes) tamper_.changes(run);
      return visit(run);
    });
  }
  Result<std::vector<node::StatusListRow>> status_lists(node::IssuerId id) const override {
    return changed(
        "status_lists", id, [&] { return truth_->status_lists(id); }, tamper_.lists);
  }
  Result<node::StatusRow> status_at(node::IssuerId id, std::uint64_t epoch) const override {
    return changed(
        "status_at", epoch, [&] { return truth_->status_at(id, epoch); }, tamper_.status);
  }
  Result<node::StatusRow> status_entry_at(std::uint64_t log_index) const override {
    return changed(
        "status_entry_at", log_index, [&] { return truth_->status_entry_at(log_index); },
        tamper_.status);
  }
  Result<node::StoredTile> status_tile(node::IssuerId id, std::uint32_t list, std::uint32_t level,
                                       std::uint64_t index, std::uint64_t epoch) const override {
    return changed(
        "status_tile", index, [&] { return truth_->status_tile(id, list, level, index, epoch); },
        tamper_.status_tile);
  }
  Result<std::vector<std::string>> anchor_ledgers() const override {
    return truth_->anchor_ledgers();
  }

 private:
  std::optional<Error> failure(std::string_view what, std::uint64_t key) const {
    return tamper_.fail ? tamper_.fail(what, key) : std::nullopt;
  }

  template <class Read, class Change>
  auto changed(std::string_view what, std::uint64_t key, Read read, const Change& change) const
      -> decltype(read()) {
    if (auto error = failure(what, key)) return *error;
    auto value = read();
    if constexpr (requires { static_cast<bool>(change); }) {
      if (value && change) change(*value);
    } else {
      if (value) change(*value);
    }
    return value;
  }

  static std::function<void(std::vector<node::IssuerRow>&)> each(
      const std::function<void(node::IssuerRow&)>& change) {
    return [&change](std::vector<node::IssuerRow>& rows) {
      for (node::IssuerRow& row : rows) {
        if (change) change(row);
      }
    };
  }

  Tamper tamper_;
};

}  // namespace kedge::test
