// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "node/store/memory_status.hpp"

namespace kedge::node {
namespace {

Error missing(std::string what) {
  return {Errc::not_found, "there is no " + std::move(what)};
}

class MemoryReader final : public MemoryStatusReader {
 public:
  using MemoryStatusReader::MemoryStatusReader;

  Result<IssuerRow> issuer(IssuerId id) const override {
    if (id >= view_->issuers.size()) return missing("issuer " + std::to_string(id));
    return view_->issuers[id];
  }

  Result<IssuerRow> issuer_by_name(std::string_view name) const override {
    const std::lock_guard lock(state_.mutex);
    const auto found = state_.names.find(std::string(name));
    if (found == state_.names.end() || found->second >= view_->issuers.size()) {
      return missing("issuer of this name");
    }
    return view_->issuers[found->second];
  }

  Result<std::vector<IssuerRow>> issuers() const override { return view_->issuers; }

  Result<std::uint64_t> next_position(IssuerId id) const override {
    if (id >= view_->issuers.size()) return missing("issuer " + std::to_string(id));
    return view_->next_positions[id];
  }

  Result<std::vector<Location>> locate(const Hash& digest) const override {
    const std::lock_guard lock(state_.mutex);
    std::vector<Location> found;
    const auto [begin, end] = state_.digests.equal_range(digest);
    for (auto it = begin; it != end; ++it) {
      const Location& at = it->second;
      if (at.issuer < view_->issuers.size() && at.position < view_->next_positions[at.issuer]) {
        found.push_back(at);
      }
    }
    std::sort(found.begin(), found.end(),
              [](const Location& a, const Location& b) { return a.issuer < b.issuer; });
    return found;
  }

  Result<Bytes> leaves(IssuerId id, std::uint64_t first, std::uint64_t count) const override {
    auto next = next_position(id);
    if (!next) return next.error();
    if (first > *next || count > *next - first) {
      return missing("position " + std::to_string(*next) + " of issuer " + std::to_string(id));
    }
    Bytes out;
    out.reserve(count * LeafEntry::kSize);
    const auto collect = [&](const StoredLeaf& leaf) -> Status {
      if (leaf.position >= first + count) return missing("more to read");
      out.insert(out.end(), leaf.entry.begin(), leaf.entry.end());
      return {};
    };
    if (count > 0) (void)visit_leaves(id, first, collect);
    return out;
  }

  Status visit_leaves(IssuerId id, std::uint64_t first,
                      const std::function<Status(const StoredLeaf&)>& visit) const override {
    auto next = next_position(id);
    if (!next) return next.error();
    while (first < *next) {
      const auto shared = run_of(id, first);
      const Run& run = *shared;
      std::uint64_t position = run.first_position;
      for (const std::uint32_t call : run.call_sizes) {
        for (std::uint32_t i = 1; i <= call; ++i, ++position) {
          if (position < first) continue;
          const std::size_t at = (position - run.first_position) * LeafEntry::kSize;
          const StoredLeaf leaf{position, run.time_ms, i == call,
                                ByteView(run.leaves).subspan(at, LeafEntry::kSize)};
          if (auto ok = visit(leaf); !ok) return ok;
        }
      }
      first = position;
    }
    return {};
  }

  Result<BatchRow> batch_of(IssuerId id, std::uint64_t position) const override {
    if (auto known = issuer(id); !known) return known.error();
    const std::lock_guard lock(state_.mutex);
    const auto& batches = state_.issuers[id].batches;
    auto found = batches.upper_bound(position);
    if (position >= view_->issuers[id].credential_count || found == batches.begin()) {
      return missing("sealed batch with position " + std::to_string(position));
    }
    return (--found)->second.row;
  }

  Result<BatchRow> batch_at(std::uint64_t log_index) const override {
    const std::lock_guard lock(state_.mutex);
    const auto found = state_.batches.find(log_index);
    if (found == state_.batches.end() || log_index >= view_->log_size) {
      return missing("batch at log index " + std::to_string(log_index));
    }
    const Location& at = found->second;
    return state_.issuers[at.issuer].batches.at(at.position).row;
  }

  Result<Hash> batch_node(const BatchRow& batch, std::uint32_t level,
                          std::uint64_t index) const override {
    const std::lock_guard lock(state_.mutex);
    if (batch.issuer < state_.issuers.size() && level >= kBatchNodeLevel) {
      const auto& batches = state_.issuers[batch.issuer].batches;
      const auto found = batches.find(batch.first_position);
      const std::size_t l = level - kBatchNodeLevel;
      if (found != batches.end() && found->second.row.log_index < view_->log_size &&
          l < found->second.levels.size() && index < found->second.levels[l].size()) {
        return found->second.levels[l][index];
      }
    }
    return missing("node " + std::to_string(index) + " at level " + std::to_string(level));
  }

  Result<std::uint64_t> log_size() const override { return view_->log_size; }

  Result<Bytes> log_entry(std::uint64_t index) const override {
    if (index >= view_->log_size) return missing("log entry " + std::to_string(index));
    const std::lock_guard lock(state_.mutex);
    return state_.entries[index];
  }

  Result<std::vector<Bytes>> log_entries(std::uint64_t first, std::uint64_t count) const override {
    if (first >= view_->log_size) return std::vector<Bytes>{};
    const std::lock_guard lock(state_.mutex);
    const auto begin = state_.entries.begin() + static_cast<std::ptrdiff_t>(first);
    const std::uint64_t there = std::min(count, view_->log_size - first);
    return std::vector<Bytes>(begin, begin + static_cast<std::ptrdiff_t>(there));
  }

  Result<std::vector<Hash>> tile(std::uint32_t level, std::uint64_t index) const override {
    if (level < kTileLevels) {
      const std::uint64_t hashes = view_->log_size >> (kTileHeight * level);
      if (index < hashes / kTileWidth) {
        const std::lock_guard lock(state_.mutex);
        return state_.tiles.at({level, index});
      }
      if (index == hashes / kTileWidth && hashes % kTileWidth != 0) return view_->edges[level];
    }
    return missing("tile " + std::to_string(index) + " at level " + std::to_string(level));
  }

  Result<std::vector<TileEdge>> edges() const override { return view_->edges; }

  Result<CheckpointRow> checkpoint(std::uint64_t epoch) const override {
    return find([&](const CheckpointRow& row) { return row.epoch < epoch; },
                [&](const CheckpointRow& row) { return row.epoch == epoch; });
  }

  Result<CheckpointRow> latest_checkpoint() const override {
    if (view_->checkpoints == 0) return missing("checkpoint yet");
    const std::lock_guard lock(state_.mutex);
    return state_.checkpoints[view_->checkpoints - 1];
  }

  Result<CheckpointRow> checkpoint_covering(std::uint64_t log_index) const override {
    return find([&](const CheckpointRow& row) { return row.size <= log_index; },
                [](const CheckpointRow&) { return true; });
  }

  std::optional<std::uint64_t> anchors_version() const override { return view_->anchor_writes; }

  Result<AnchorRow> anchor(std::string_view ledger, std::uint64_t epoch) const override {
    const auto found = view_->anchors.find({std::string(ledger), epoch});
    if (found == view_->anchors.end()) return missing("anchor of epoch " + std::to_string(epoch));
    return found->second;
  }

  Result<AnchorRow> latest_anchor(std::string_view ledger) const override {
    auto found = view_->anchors.upper_bound({std::string(ledger), ~std::uint64_t{0}});
    if (found == view_->anchors.begin() || (--found)->first.first != ledger) {
      return missing("anchor on this ledger");
    }
    return found->second;
  }

  Result<AnchorRow> anchor_before(std::string_view ledger, std::uint64_t epoch) const override {
    auto found = view_->anchors.lower_bound({std::string(ledger), epoch});
    if (found == view_->anchors.begin() || (--found)->first.first != ledger) {
      return missing("anchor before epoch " + std::to_string(epoch));
    }
    return found->second;
  }

  Result<AnchorRow> anchor_covering(std::string_view ledger, std::uint64_t epoch) const override {
    const auto found = view_->anchors.lower_bound({std::string(ledger), epoch});
    if (found == view_->anchors.end() || found->first.first != ledger) {
      return missing("anchor that covers epoch " + std::to_string(epoch));
    }
    return found->second;
  }

  Result<std::vector<std::string>> anchor_ledgers() const override {
    std::vector<std::string> ledgers;
    for (const auto& [key, row] : view_->anchors) {
      if (ledgers.empty() || ledgers.back() != key.first) ledgers.push_back(key.first);
    }
    return ledgers;
  }

 private:
  std::shared_ptr<const Run> run_of(IssuerId id, std::uint64_t position) const {
    const std::lock_guard lock(state_.mutex);
    return std::prev(state_.issuers[id].runs.upper_bound(position))->second;
  }

  template <class Before, class Accept>
  Result<CheckpointRow> find(Before before, Accept accept) const {
    const std::lock_guard lock(state_.mutex);
    const auto begin = state_.checkpoints.begin();
    const auto end = begin + static_cast<std::ptrdiff_t>(view_->checkpoints);
    const auto found = std::partition_point(begin, end, before);
    if (found == end || !accept(*found)) return missing("such checkpoint");
    return *found;
  }
};

}  // namespace

std::size_t MemoryState::DigestHash::operator()(const Hash& digest) const noexcept {
  std::size_t value = 0;
  std::memcpy(&value, digest.data(), sizeof value);
  return value;
}

std::unique_ptr<StoreReader> make_memory_reader(const MemoryState& state) {
  return std::make_unique<MemoryReader>(state);
}

}  // namespace kedge::node
