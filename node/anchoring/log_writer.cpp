// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/log_writer.hpp"

#include <algorithm>
#include <utility>

#include "crypto/checkpoint.hpp"
#include "crypto/mutant.hpp"
#include "crypto/sha256_batch.hpp"
#include "node/anchoring/edge_check.hpp"

namespace kedge::node {

LogWriter::LogWriter(Store& store, crypto::NoteSigner signer, crypto::NoteVerifier verifier,
                     LogWriterOptions options)
    : store_(store),
      signer_(std::move(signer)),
      verifier_(std::move(verifier)),
      options_(options) {}

Result<std::unique_ptr<LogWriter>> LogWriter::open(Store& store, crypto::NoteSigner signer,
                                                   LogWriterOptions options) {
  if (signer.name() != store.identity().origin) {
    return invalid_argument("the key signs for " + signer.name() + ", but this is the log " +
                            store.identity().origin);
  }
  Result<crypto::NoteVerifier> verifier = crypto::NoteVerifier::from_vkey(signer.vkey());
  if (!verifier) return std::move(verifier).error();
  std::unique_ptr<LogWriter> writer(
      new LogWriter(store, std::move(signer), *std::move(verifier), options));
  if (const Status recovered = writer->recover(); !recovered) return recovered.error();
  return writer;
}

Status LogWriter::recover() {
  const std::unique_ptr<StoreReader> reader = store_.snapshot();
  if (Status log = recover_log(*reader); !log) return log;
  Result<std::vector<IssuerRow>> rows = reader->issuers();
  if (!rows) return std::move(rows).error();
  for (IssuerRow& row : *rows) {
    ids_.emplace(row.name, row.id);
    issuers_.emplace_back();
    issuers_.back().next_position = row.credential_count;
    issuers_.back().row = std::move(row);
    if (Status leaves = recover_leaves(*reader, issuers_.back()); !leaves) return leaves;
    if (Status changes = recover_changes(*reader, issuers_.back()); !changes) return changes;
  }
  return {};
}

Status LogWriter::recover_log(const StoreReader& reader) {
  Result<CheckpointRow> newest = reader.latest_checkpoint();
  if (!newest && newest.error().code == Errc::not_found) {
    const Result<std::uint64_t> size = reader.log_size();
    if (!size) return size.error();
    if (*size != 0) return Error{Errc::corrupt, "the log has entries, but no checkpoint"};
    return {};
  }
  if (!newest) return std::move(newest).error();
  const Result<std::string> text = crypto::open_note(newest->note, {&verifier_, 1});
  if (!text) {
    return Error{Errc::corrupt, "checkpoint " + std::to_string(newest->epoch) +
                                    " is not signed with the key of this node (" +
                                    text.error().message +
                                    "): the store and the log key do not belong together; put the "
                                    "right key into place"};
  }
  const Result<crypto::Checkpoint> signed_one = crypto::parse_checkpoint(*text);
  if (!signed_one || signed_one->origin != signer_.name() || signed_one->size != newest->size ||
      signed_one->root != newest->root) {
    return Error{Errc::corrupt, "the stored row of checkpoint " + std::to_string(newest->epoch) +
                                    " is not what its note says"};
  }
  const Result<RightEdge> edge = read_checked_edge(reader, *newest);
  if (!edge) return edge.error();
  Result<crypto::CompactRange> log = compact_range_of(*edge);
  if (!log) return std::move(log).error();
  log_ = *std::move(log);
  checkpoint_ = *std::move(newest);
  return {};
}

Status LogWriter::recover_leaves(const StoreReader& reader, Issuer& issuer) {
  if constexpr (kMutant == Mutant::tail_not_recovered) return {};
  Run call;
  const Status read = reader.visit_leaves(
      issuer.row.id, issuer.row.credential_count, [&](const StoredLeaf& leaf) -> Status {
        const std::uint64_t expected = issuer.next_position + call.count();
        if (leaf.position != expected || leaf.entry.size() != LeafEntry::kSize) {
          return Error{Errc::corrupt, "position " + std::to_string(expected) + " of issuer " +
                                          issuer.row.name + " is missing or damaged"};
        }
        call.leaves.insert(call.leaves.end(), leaf.entry.begin(), leaf.entry.end());
        if (!leaf.call_end) return {};
        call.call_sizes = {static_cast<std::uint32_t>(call.count())};
        add_run(issuer, call);
        call.leaves.clear();
        return {};
      });
  if (!read) return read;
  const Result<std::uint64_t> next = reader.next_position(issuer.row.id);
  if (!next) return next.error();
  if (!call.leaves.empty() || *next != issuer.next_position) {
    return Error{Errc::corrupt, "the credentials of issuer " + issuer.row.name + " end at " +
                                    std::to_string(issuer.next_position) + ", not at position " +
                                    std::to_string(*next)};
  }
  return {};
}

Status LogWriter::recover_changes(const StoreReader& reader, Issuer& issuer) {
  if constexpr (kMutant == Mutant::status_tail_not_recovered) return {};
  const Result<std::uint64_t> next = reader.next_change(issuer.row.id);
  if (!next) return next.error();
  if (*next == 0) return {};
  const Result<StatusRow> newest = reader.status_at(issuer.row.id, ~std::uint64_t{0});
  if (!newest && newest.error().code != Errc::not_found) return newest.error();
  issuer.next_change = newest ? newest->first_change + newest->count : 0;
  const auto expect = [&](std::uint64_t number) -> Status {
    if (number == issuer.next_change) return {};
    return Error{Errc::corrupt, "status change " + std::to_string(issuer.next_change) +
                                    " of issuer " + issuer.row.name + " is missing"};
  };
  const Status read =
      reader.visit_changes(issuer.row.id, issuer.next_change, [&](const ChangeRun& run) -> Status {
        Status there = expect(run.first_change);
        if (there) add_changes(run);
        return there;
      });
  return read ? expect(*next) : read;
}

Error LogWriter::fail(Error error) {
  fault_ = error;
  return error;
}

Status LogWriter::written(Status status) {
  if (status || status.error().code == Errc::too_busy) return status;
  return fail(status.error());
}

Result<IssuerId> LogWriter::ensure_issuer(std::string_view name) {
  if (const auto known = ids_.find(name); known != ids_.end()) return known->second;
  if (fault_) return *fault_;
  Result<IssuerRow> row = store_.add_issuer(name);
  if (!row) {
    const Errc code = row.error().code;
    const bool refused = code == Errc::invalid_argument || code == Errc::too_busy;
    return refused ? row.error() : fail(row.error());
  }
  const IssuerId id = row->id;
  if (id != issuers_.size()) {
    return fail({Errc::corrupt, "the store numbers its issuers with gaps"});
  }
  ids_.emplace(row->name, id);
  issuers_.emplace_back();
  issuers_.back().row = *std::move(row);
  return id;
}

Result<IssuerId> LogWriter::issuer(std::string_view name) const {
  const auto known = ids_.find(name);
  if (known == ids_.end()) return Error{Errc::not_found, "there is no such issuer", "issuer"};
  return known->second;
}

std::uint64_t LogWriter::next_position(IssuerId issuer) const {
  return issuers_.at(issuer).next_position;
}

Status LogWriter::accept(std::span<const Run> runs) {
  if (fault_) return *fault_;
  if (Status appended = written(store_.append(runs)); !appended) return appended;
  for (const Run& run : runs) add_run(issuers_.at(run.issuer), run);
  return {};
}

std::uint64_t LogWriter::next_change(IssuerId issuer) const {
  return issuers_.at(issuer).next_change;
}

std::uint64_t LogWriter::sealed_changes(IssuerId issuer) const {
  const auto pending = pending_.find(issuer);
  return next_change(issuer) - (pending == pending_.end() ? 0 : pending->second.count());
}

std::uint64_t LogWriter::change_time(std::uint64_t now_ms) const {
  return std::max({now_ms, change_ms_, checkpoint_ ? checkpoint_->time_ms : 0});
}

Status LogWriter::accept_changes(std::span<const ChangeRun> runs) {
  if (fault_) return *fault_;
  if (Status appended = written(store_.append_changes(runs)); !appended) return appended;
  for (const ChangeRun& run : runs) add_changes(run);
  return {};
}

Status LogWriter::allocate(std::span<const StatusAllocation> allocations) {
  if (fault_) return *fault_;
  return written(store_.allocate_status(allocations));
}

void LogWriter::add_changes(const ChangeRun& run) {
  issuers_.at(run.issuer).next_change += run.changes.size();
  pending_[run.issuer].add(run.changes);
  unsealed_changes_ += run.changes.size();
  for (const StatusChange& change : run.changes) change_ms_ = std::max(change_ms_, change.time_ms);
}

void LogWriter::add_run(Issuer& issuer, const Run& run) {
  std::vector<Hash> hashes(run.count());
  crypto::hash_leaves(run.leaves.data(), LeafEntry::kSize, hashes.size(), hashes.data());
  std::span<const Hash> rest = hashes;
  for (const std::uint32_t size : run.call_sizes) {
    add_call(issuer, rest.first(size));
    rest = rest.subspan(size);
  }
}

void LogWriter::add_call(Issuer& issuer, std::span<const Hash> leaf_hashes) {
  const std::uint64_t together = issuer.open.count() + leaf_hashes.size();
  if (together > options_.batch_max_size) close_batch(issuer);
  issuer.open.append(leaf_hashes);
  issuer.next_position += leaf_hashes.size();
  unsealed_ += leaf_hashes.size();
  if (issuer.open.count() >= options_.batch_max_size) close_batch(issuer);
}

void LogWriter::close_batch(Issuer& issuer) {
  const std::uint32_t count = issuer.open.count();
  if (count == 0) return;
  ClosedBatch batch;
  batch.first_position = issuer.next_position - count;
  batch.count = count;
  batch.root = issuer.open.root();
  batch.levels = issuer.open.take_levels();
  issuer.closed.push_back(std::move(batch));
}

}  // namespace kedge::node
