// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/passed_status.hpp"

namespace kedge::test {

/// Changes one kind of answer about status.
class LyingStatus final : public PassedStatusReader {
 public:
  enum class Lie { none, chunk, node, record, root, entry, issuers, note };

  LyingStatus(std::unique_ptr<node::StoreReader> truth, Lie lie)
      : PassedStatusReader(std::move(truth)), lie_(lie) {}

  Result<node::StoredTile> status_tile(node::IssuerId id, std::uint32_t list, std::uint32_t level,
                                       std::uint64_t index, std::uint64_t epoch) const override {
    auto tile = truth_->status_tile(id, list, level, index, epoch);
    if (tile && level == 0 && lie_ == Lie::chunk) tile->at.tile.nodes[0] = Hash{};
    if (tile && level > 0 && lie_ == Lie::node) tile->at.tile.nodes[0][5] ^= 1;
    return tile;
  }
  Result<node::StatusRow> status_at(node::IssuerId id, std::uint64_t epoch) const override {
    auto row = truth_->status_at(id, epoch);
    if (row && lie_ == Lie::record) row->lists[0].size += 1;
    if (!row || lie_ != Lie::root) return row;
    // As if nothing had ever been changed.
    return Error{Errc::not_found, "none"};
  }
  Result<Bytes> log_entry(std::uint64_t index) const override {
    auto entry = truth_->log_entry(index);
    if (entry && lie_ == Lie::entry) entry->back() ^= 1;
    return entry;
  }
  Result<std::vector<node::IssuerRow>> issuers() const override {
    auto rows = truth_->issuers();
    if (rows && lie_ == Lie::issuers) rows->front().status_root = Hash{};
    return rows;
  }
  Result<node::CheckpointRow> checkpoint(std::uint64_t epoch) const override {
    auto row = truth_->checkpoint(epoch);
    if (row && lie_ == Lie::note) row->note[row->note.size() - 5] ^= 1;
    return row;
  }

  Result<node::IssuerRow> issuer(node::IssuerId id) const override { return truth_->issuer(id); }
  Result<node::IssuerRow> issuer_by_name(std::string_view name) const override {
    return truth_->issuer_by_name(name);
  }
  Result<std::uint64_t> next_position(node::IssuerId id) const override {
    return truth_->next_position(id);
  }
  Result<std::vector<node::Location>> locate(const Hash& digest) const override {
    return truth_->locate(digest);
  }
  Result<Bytes> leaves(node::IssuerId id, std::uint64_t first, std::uint64_t count) const override {
    return truth_->leaves(id, first, count);
  }
  Status visit_leaves(node::IssuerId id, std::uint64_t first,
                      const std::function<Status(const node::StoredLeaf&)>& visit) const override {
    return truth_->visit_leaves(id, first, visit);
  }
  Result<node::BatchRow> batch_of(node::IssuerId id, std::uint64_t position) const override {
    return truth_->batch_of(id, position);
  }
  Result<node::BatchRow> batch_at(std::uint64_t log_index) const override {
    return truth_->batch_at(log_index);
  }
  Result<Hash> batch_node(const node::BatchRow& batch, std::uint32_t level,
                          std::uint64_t index) const override {
    return truth_->batch_node(batch, level, index);
  }
  Result<std::uint64_t> log_size() const override { return truth_->log_size(); }
  Result<std::vector<Bytes>> log_entries(std::uint64_t first, std::uint64_t count) const override {
    return truth_->log_entries(first, count);
  }
  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const override {
    return truth_->tile(level, index);
  }
  Result<std::vector<node::TileEdge>> edges() const override { return truth_->edges(); }
  Result<node::CheckpointRow> latest_checkpoint() const override {
    return truth_->latest_checkpoint();
  }
  Result<node::CheckpointRow> checkpoint_covering(std::uint64_t log_index) const override {
    return truth_->checkpoint_covering(log_index);
  }
  std::optional<std::uint64_t> anchors_version() const override { return std::nullopt; }
  Result<node::AnchorRow> anchor(std::string_view ledger, std::uint64_t epoch) const override {
    return truth_->anchor(ledger, epoch);
  }
  Result<node::AnchorRow> latest_anchor(std::string_view ledger) const override {
    return truth_->latest_anchor(ledger);
  }
  Result<node::AnchorRow> anchor_before(std::string_view ledger,
                                        std::uint64_t epoch) const override {
    return truth_->anchor_before(ledger, epoch);
  }
  Result<node::AnchorRow> anchor_covering(std::string_view ledger,
                                          std::uint64_t epoch) const override {
    return truth_->anchor_covering(ledger, epoch);
  }
  Result<std::vector<std::string>> anchor_ledgers() const override {
    return truth_->anchor_ledgers();
  }

 private:
  Lie lie_;
};

}  // namespace kedge::test
