// SPDX-License-Identifier: Apache-2.0
// The replay of a ledger's history against its log: 100,000 anchors, each of one batch. The deep
// audit of ten million credentials, beside a tree over as many leaf entries.
#include <algorithm>
#include <optional>

#include <benchmark/benchmark.h>

#include "crypto/checkpoint.hpp"
#include "crypto/compact_range.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sha256_batch.hpp"
#include "crypto/tree_hash.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "node/audit/history_audit.hpp"
#include "node/audit/log_parts.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"
#include "node/log/leaf.hpp"

namespace {

using namespace kedge;

constexpr std::uint64_t kAnchors = 100'000;
const std::string kOrigin = "log.example/kedge";

/// A log of one issuer in memory, with its ledger.
class MemoryLog : public node::LogSource {
 public:
  MemoryLog() {
    add(node::GenesisEntry{time_, crypto::sha256(as_bytes(kOrigin))});
    for (std::uint64_t i = 0; i < kAnchors; ++i) seal(i);
    const Bytes seed(crypto::kSecretKeySize, 7);
    auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, seed);
    const auto signer = *crypto::NoteSigner::create(kOrigin, *std::move(key));
    note_ = *signer.sign(crypto::format_checkpoint({kOrigin, entries_.size(), range_.root()}));
    options_ = node::HistoryOptions{.origin = kOrigin,
                                    .log_keys = {*crypto::NoteVerifier::from_vkey(signer.vkey())}};
  }

  Result<std::string> checkpoint() override { return note_; }
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override {
    const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<Bytes>(begin, begin + static_cast<std::ptrdiff_t>(count));
  }

  [[nodiscard]] Result<node::HistoryReport> audit() {
    return node::audit_history(events_, head_, *this, *options_);
  }

 private:
  void add(const node::LogEntry& entry) {
    entries_.push_back(node::encode_entry(entry));
    range_.append(crypto::leaf_hash(entries_.back()));
  }

  void seal(std::uint64_t epoch) {
    time_ += 1000;
    add(node::BatchEntry{time_, issuer_.issuer_hash, issuer_.next_issuer_seq,
                         issuer_.credential_count, 10, Hash{9}, issuer_.last_entry_hash});
    issuer_.next_issuer_seq += 1;
    issuer_.credential_count += 10;
    issuer_.last_entry_hash = crypto::leaf_hash(entries_.back());
    add(node::EpochEntry{time_, epoch, 1, node::directory_root(std::span(&issuer_, 1)), Hash{}});
    const Hash root = range_.root();
    head_.head = ledger::evm::next_head(head_.head, epoch + 1, root, range_.size());
    head_.seq = epoch + 1;
    events_.push_back({head_.seq, root, range_.size(), head_.head, time_ + 1000});
  }

  std::vector<Bytes> entries_;
  crypto::CompactRange range_;
  node::DirectoryRecord issuer_{.issuer_hash = Hash{0xa0}};
  std::uint64_t time_ = 1'800'000'000'000;
  node::ProvedHead head_{};
  std::vector<node::AnchorEvent> events_;
  std::string note_;
  std::optional<node::HistoryOptions> options_;
};

void audit_history(benchmark::State& state) {
  static MemoryLog log;
  for (auto _ : state) {
    const auto report = log.audit();
    if (!report || !report->clean()) return state.SkipWithError("not clean");
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kAnchors));
}
BENCHMARK(audit_history)->Unit(benchmark::kMillisecond);

constexpr std::uint64_t kBatch = 65'536;

/// Batches of the greatest size with their leaf hashes in memory, at least so many in all.
class MemoryParts : public node::PartSource {
 public:
  explicit MemoryParts(std::uint64_t credentials) {
    const std::uint64_t batches = (credentials + kBatch - 1) / kBatch;
    leaves_.resize(batches * kBatch);
    for (std::uint64_t i = 0; i < leaves_.size(); ++i) {
      for (std::size_t k = 0; k < 8; ++k) {
        leaves_[i][k] = static_cast<std::uint8_t>((i * 0x9e3779b97f4a7c15U) >> (8 * k));
      }
    }
    for (std::uint64_t i = 0; i < batches; ++i) {
      report_.batches.push_back({i, kBatch, crypto::tree_root(leaves_of(i))});
      report_.credentials += kBatch;
    }
  }

  Result<std::string> epoch_checkpoint(std::uint64_t) override {
    return Error{Errc::not_found, "there are no epochs"};
  }
  Result<std::vector<Hash>> leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                        std::uint64_t count) override {
    const auto leaves = leaves_of(log_index).subspan(start, count);
    return std::vector<Hash>(leaves.begin(), leaves.end());
  }

  [[nodiscard]] const node::HistoryReport& report() const { return report_; }

 private:
  [[nodiscard]] std::span<const Hash> leaves_of(std::uint64_t batch) const {
    return std::span(leaves_).subspan(batch * kBatch, kBatch);
  }

  std::vector<Hash> leaves_;
  node::HistoryReport report_;
};

void deep_audit(benchmark::State& state) {
  MemoryParts parts(static_cast<std::uint64_t>(state.range(0)));
  const node::HistoryOptions options{};
  for (auto _ : state) {
    node::HistoryReport report = parts.report();
    const Status done = node::audit_batches(parts, options, report, nullptr);
    if (!done || !report.clean()) return state.SkipWithError("not clean");
  }
  state.SetItemsProcessed(state.iterations() *
                          static_cast<std::int64_t>(parts.report().credentials));
}
BENCHMARK(deep_audit)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

/// What `kedge bench` calls leaves in batch: leaf entries hashed, and the trees over them.
void trees_of_entries(benchmark::State& state) {
  const std::uint64_t batches = (static_cast<std::uint64_t>(state.range(0)) + kBatch - 1) / kBatch;
  Bytes entries(kBatch * node::LeafEntry::kSize);
  for (std::size_t i = 0; i < entries.size(); ++i) entries[i] = static_cast<std::uint8_t>(i * 31);
  std::vector<Hash> leaves(kBatch);
  for (auto _ : state) {
    for (std::uint64_t i = 0; i < batches; ++i) {
      crypto::hash_leaves(entries.data(), node::LeafEntry::kSize, kBatch, leaves.data());
      benchmark::DoNotOptimize(crypto::tree_root(leaves));
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(batches * kBatch));
}
BENCHMARK(trees_of_entries)->Arg(10'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
