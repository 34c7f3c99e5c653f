// SPDX-License-Identifier: Apache-2.0
#include "node/store/memory_store.hpp"

#include "crypto/sha256.hpp"
#include "node/store/checks.hpp"
#include "node/store/memory_status.hpp"

namespace kedge::node {
namespace {

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(StoreIdentity identity) : state_(std::move(identity)) {}

  const StoreIdentity& identity() const override { return state_.identity; }

  std::unique_ptr<StoreReader> snapshot() const override { return make_memory_reader(state_); }

  Status checkpoint(const std::filesystem::path&) const override {
    return Error{Errc::unavailable, "a store in memory has nothing on a disk to be copied"};
  }

  Result<std::vector<std::optional<Location>>> locate_many(
      IssuerId issuer, std::span<const Hash> digests) const override {
    const std::lock_guard lock(state_.mutex);
    std::vector<std::optional<Location>> answers;
    answers.reserve(digests.size());
    for (const Hash& digest : digests) answers.push_back(find(issuer, digest));
    return answers;
  }

  Result<IssuerRow> add_issuer(std::string_view name) override {
    if (auto ok = check_issuer_name(name); !ok) return ok.error();
    const std::lock_guard lock(state_.mutex);
    if (state_.names.contains(std::string(name))) {
      return Error{Errc::already_exists, "there is an issuer of this name"};
    }
    if (state_.issuers.size() >= kMaxIssuers) {
      return Error{Errc::too_busy, "there are as many issuers as a store can hold"};
    }
    auto view = std::make_shared<MemoryState::View>(*state_.view);
    IssuerRow row;
    row.id = static_cast<IssuerId>(view->issuers.size());
    row.name = name;
    row.issuer_hash = crypto::sha256(as_bytes(name));
    view->issuers.push_back(row);
    view->next_positions.push_back(0);
    view->next_changes.push_back(0);
    state_.issuers.emplace_back();
    state_.names.emplace(name, row.id);
    state_.view = std::move(view);
    return row;
  }

  Status append(std::span<const Run> runs) override {
    const std::lock_guard lock(state_.mutex);
    if (auto ok = check_runs(runs, state_.view->next_positions); !ok) return ok;
    if (auto ok = check_new(runs); !ok) return ok;
    auto view = std::make_shared<MemoryState::View>(*state_.view);
    for (const Run& run : runs) {
      for (std::size_t i = 0; i < run.count(); ++i) {
        state_.digests.emplace(leaf_digest(run.leaves, i),
                               Location{run.issuer, run.first_position + i});
      }
      state_.issuers[run.issuer].runs.emplace(run.first_position, std::make_shared<Run>(run));
      view->next_positions[run.issuer] += run.count();
    }
    state_.view = std::move(view);
    return {};
  }

  Status seal(const Seal& seal) override {
    const std::vector<std::uint64_t> next_positions = [this] {
      const std::lock_guard lock(state_.mutex);
      return state_.view->next_positions;
    }();
    if (auto ok = check_seal(seal, *snapshot(), next_positions); !ok) return ok;
    const std::lock_guard lock(state_.mutex);
    auto view = std::make_shared<MemoryState::View>(*state_.view);
    for (const SealedBatch& batch : seal.batches) {
      const BatchRow& row = batch.row;
      state_.batches[row.log_index] = {row.issuer, row.first_position};
      state_.issuers[row.issuer].batches[row.first_position] = {row, batch.levels};
    }
    for (const IssuerRow& row : seal.issuers) view->issuers[row.id] = row;
    for (const Tile& tile : seal.tiles) state_.tiles[{tile.level, tile.index}] = tile.hashes;
    state_.entries.insert(state_.entries.end(), seal.entries.begin(), seal.entries.end());
    state_.checkpoints.push_back(seal.checkpoint);
    keep_statuses(state_, seal);
    view->edges = seal.edges;
    view->log_size = seal.checkpoint.size;
    view->checkpoints = state_.checkpoints.size();
    view->next_epoch = seal.checkpoint.epoch + 1;
    state_.view = std::move(view);
    return {};
  }

  Status append_changes(std::span<const ChangeRun> runs) override {
    return kedge::node::append_changes(state_, runs);
  }
  Status allocate_status(std::span<const StatusAllocation> allocations) override {
    return kedge::node::allocate_status(state_, allocations);
  }
  Status record_published(const PublishedList& list) override {
    return kedge::node::record_published(state_, list);
  }

  Status record_intent(const AnchorRow& row) override {
    if (auto ok = check_intent(row, *snapshot()); !ok) return ok;
    const std::lock_guard lock(state_.mutex);
    auto view = std::make_shared<MemoryState::View>(*state_.view);
    if (!view->anchors.emplace(std::pair(row.ledger, row.epoch), row).second) {
      return Error{Errc::already_exists, "the ledger has an anchor of this epoch"};
    }
    ++view->anchor_writes;
    state_.view = std::move(view);
    return {};
  }

  Status record_attempt(std::string_view ledger, std::uint64_t epoch,
                        const AnchorAttempt& attempt) override {
    return change(ledger, epoch, [&](AnchorRow row) { return with_attempt(row, attempt); });
  }

  Status record_state(std::string_view ledger, std::uint64_t epoch, AnchorState state,
                      std::string_view record, std::uint64_t time_ms) override {
    return change(ledger, epoch,
                  [&](AnchorRow row) { return with_state(row, state, record, time_ms); });
  }

 private:
  /// Precondition: the mutex is held.
  std::optional<Location> find(IssuerId issuer, const Hash& digest) const {
    const auto [begin, end] = state_.digests.equal_range(digest);
    for (auto it = begin; it != end; ++it) {
      if (it->second.issuer == issuer) return it->second;
    }
    return std::nullopt;
  }

  /// Precondition: the mutex is held.
  Status check_new(std::span<const Run> runs) const {
    std::unordered_multimap<Hash, IssuerId, MemoryState::DigestHash> seen;
    for (const Run& run : runs) {
      for (std::size_t i = 0; i < run.count(); ++i) {
        const Hash digest = leaf_digest(run.leaves, i);
        const auto [begin, end] = seen.equal_range(digest);
        bool twice = find(run.issuer, digest).has_value();
        for (auto it = begin; it != end; ++it) twice = twice || it->second == run.issuer;
        if (twice) {
          return Error{Errc::already_exists, "the issuer has a digest of the run already"};
        }
        seen.emplace(digest, run.issuer);
      }
    }
    return {};
  }

  template <class Change>
  Status change(std::string_view ledger, std::uint64_t epoch, Change step) {
    const std::lock_guard lock(state_.mutex);
    auto view = std::make_shared<MemoryState::View>(*state_.view);
    const auto found = view->anchors.find({std::string(ledger), epoch});
    if (found == view->anchors.end()) {
      return Error{Errc::not_found, "there is no anchor of epoch " + std::to_string(epoch)};
    }
    auto row = step(found->second);
    if (!row) return row.error();
    found->second = *row;
    ++view->anchor_writes;
    state_.view = std::move(view);
    return {};
  }

  MemoryState state_;
};

}  // namespace

Result<std::unique_ptr<Store>> make_memory_store(StoreIdentity identity) {
  return std::unique_ptr<Store>(std::make_unique<MemoryStore>(std::move(identity)));
}

}  // namespace kedge::node
