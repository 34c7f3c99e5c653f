// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/passed_status.hpp"

namespace kedge::test {

/// Changes one kind of answer of a real reader and passes the rest through.
class LyingReader final : public PassedStatusReader {
 public:
  enum class Lie { none, leaf, node, tile, entry, issuer, note, size, batch, cut_leaves };

  LyingReader(std::unique_ptr<node::StoreReader> truth, Lie lie)
      : PassedStatusReader(std::move(truth)), lie_(lie) {}

  Result<node::IssuerRow> issuer(node::IssuerId id) const override {
    auto row = truth_->issuer(id);
    if (row && lie_ == Lie::issuer) row->name += "x";
    return row;
  }
  Result<node::IssuerRow> issuer_by_name(std::string_view name) const override {
    return truth_->issuer_by_name(name);
  }
  Result<std::vector<node::IssuerRow>> issuers() const override { return truth_->issuers(); }
  Result<std::uint64_t> next_position(node::IssuerId id) const override {
    return truth_->next_position(id);
  }
  Result<std::vector<node::Location>> locate(const Hash& digest) const override {
    return truth_->locate(digest);
  }
  Result<Bytes> leaves(node::IssuerId id, std::uint64_t first, std::uint64_t count) const override {
    auto bytes = truth_->leaves(id, first, count);
    if (bytes && lie_ == Lie::leaf) bytes->back() ^= 1;
    if (bytes && lie_ == Lie::cut_leaves) bytes->pop_back();
    return bytes;
  }
  Status visit_leaves(node::IssuerId id, std::uint64_t first,
                      const std::function<Status(const node::StoredLeaf&)>& visit) const override {
    return truth_->visit_leaves(id, first, visit);
  }
  Result<node::BatchRow> batch_of(node::IssuerId id, std::uint64_t position) const override {
    auto row = truth_->batch_of(id, position);
    if (row && lie_ == Lie::batch) row->first_position += 1;
    return row;
  }
  Result<node::BatchRow> batch_at(std::uint64_t log_index) const override {
    return truth_->batch_at(log_index);
  }
  Result<Hash> batch_node(const node::BatchRow& batch, std::uint32_t level,
                          std::uint64_t index) const override {
    return spoil(truth_->batch_node(batch, level, index), Lie::node);
  }
  Result<std::uint64_t> log_size() const override { return truth_->log_size(); }
  Result<Bytes> log_entry(std::uint64_t index) const override {
    auto entry = truth_->log_entry(index);
    if (entry && lie_ == Lie::entry) entry->back() ^= 1;
    return entry;
  }
  Result<std::vector<Bytes>> log_entries(std::uint64_t first, std::uint64_t count) const override {
    return truth_->log_entries(first, count);
  }
  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const override {
    auto hashes = truth_->tile(level, index);
    if (hashes && lie_ == Lie::tile) {
      for (Hash& hash : *hashes) hash[0] ^= 1;
    }
    return hashes;
  }
  Result<std::vector<node::TileEdge>> edges() const override { return truth_->edges(); }
  Result<node::CheckpointRow> checkpoint(std::uint64_t epoch) const override {
    return spoil(truth_->checkpoint(epoch));
  }
  Result<node::CheckpointRow> latest_checkpoint() const override {
    return spoil(truth_->latest_checkpoint());
  }
  Result<node::CheckpointRow> checkpoint_covering(std::uint64_t log_index) const override {
    return spoil(truth_->checkpoint_covering(log_index));
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
  Result<Hash> spoil(Result<Hash> hash, Lie lie) const {
    if (hash && lie_ == lie) (*hash)[0] ^= 1;
    return hash;
  }
  Result<node::CheckpointRow> spoil(Result<node::CheckpointRow> row) const {
    if (row && lie_ == Lie::note) row->note[row->note.size() / 2] ^= 1;
    if (row && lie_ == Lie::size) row->size -= 1;
    return row;
  }

  Lie lie_;
};

}  // namespace kedge::test
