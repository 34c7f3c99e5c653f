// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_prover.hpp"

#include "crypto/tree.hpp"
#include "node/log/log_proof.hpp"
#include "node/proof/bounded_cache.hpp"
#include "node/proof/epoch_directory.hpp"
#include "node/proof/known_status_tiles.hpp"
#include "node/proof/status_checks.hpp"
#include "node/proof/status_epochs.hpp"
#include "node/proof/status_proof_json.hpp"

namespace kedge::node {

/// What all status proofs of one epoch have in common, read and verified.
struct EpochStatus {
  EpochEntry entry;
  CredentialState state = CredentialState::sealed;
  /// No anchor can change it any more.
  bool unchanging = false;
  StatusEpochPart part;
  std::string before_chunk;

  [[nodiscard]] std::size_t octets() const {
    std::size_t sum = sizeof *this + before_chunk.capacity() + part.checkpoint.capacity() +
                      part.path.size() * sizeof(Hash);
    for (const std::string& anchor : part.anchors) sum += anchor.capacity();
    return sum;
  }
};

/// … and those of one issuer in it.
struct IssuerStatus {
  IssuerId id = 0;
  std::string name;
  StatusDirectoryPart directory;
  /// The lists of the status entry that the directory names; none if there is none.
  std::vector<ListRecord> lists;
  crypto::Tree records;
  /// Of that entry: tiles are read as of then, so that later epochs share them.
  std::uint64_t status_epoch = 0;
  std::string before_index;
};

struct StatusProver::Memory {
  /// Directories have up to a few hundred octets an issuer; epochs mostly text of anchors.
  BoundedCache<EpochDirectory> directories{std::size_t{64} << 20};
  BoundedCache<EpochStatus> epochs{std::size_t{32} << 20};
  BoundedCache<IssuerStatus> issuers{std::size_t{32} << 20};
  KnownStatusTiles tiles;
  NewestAnchored newest;
};

namespace {

std::uint64_t issuer_key(std::uint64_t epoch, IssuerId issuer) {
  return (epoch << 24) + issuer;
}
static_assert(kMaxIssuers < 1u << 24);

Error no_such_epoch() {
  return {Errc::not_found, "there is no such epoch"};
}

}  // namespace

StatusProver::StatusProver(CheckedCheckpoints& checkpoints, const ProverOptions& options)
    : checkpoints_(checkpoints), options_(options), memory_(std::make_unique<Memory>()) {}

StatusProver::~StatusProver() = default;

template <class T>
Result<T> StatusProver::reported(Result<T> result) const {
  if (!result && result.error().code == Errc::corrupt && options_.on_corrupt) {
    options_.on_corrupt(result.error().message);
  }
  return result;
}

Result<std::uint64_t> StatusProver::choose_epoch(const StoreReader& reader, IssuerId issuer,
                                                 const StatusTarget& target) const {
  // The newest epoch of all ledgers mostly covers the target; then nothing else is looked at.
  auto epoch = memory_->newest.epoch(reader, options_.ledgers);
  if (!epoch) return epoch.error();
  if (*epoch) {
    const auto known = memory_->issuers.find(issuer_key(**epoch, issuer));
    const bool covers =
        known != nullptr &&
        (target.list != kRegister || target.index < known->directory.record.credential_count);
    if (covers) return **epoch;
  }
  const Result<std::uint64_t> first = first_status_epoch(reader, issuer, target);
  if (!first) return reported(first);
  if (*epoch && **epoch >= *first) return **epoch;
  epoch = anchored_epoch(reader, options_.ledgers, *first);
  if (!epoch) return epoch.error();
  if (*epoch) return **epoch;
  const Result<CheckpointRow> newest = reader.latest_checkpoint();
  if (!newest) return newest.error();
  return newest->epoch;
}

Result<StatusAnswer> StatusProver::prove(const StoreReader& reader, IssuerId issuer,
                                         const StatusTarget& target, std::uint64_t epoch,
                                         std::string* out) const {
  const auto shared = epoch_status(reader, epoch);
  if (!shared) return reported(Result<StatusAnswer>(shared.error()));
  const auto status = issuer_status(reader, issuer, **shared);
  if (!status) return reported(Result<StatusAnswer>(status.error()));
  return reported(answer(reader, **shared, **status, target, out));
}

Result<std::optional<StatusAnswer>> StatusProver::prove_known(const StoreReader& reader,
                                                              IssuerId issuer,
                                                              const StatusTarget& target,
                                                              std::uint64_t epoch,
                                                              std::string* out) const {
  const auto known = memory_->issuers.find(issuer_key(epoch, issuer));
  const auto shared = known == nullptr ? nullptr : memory_->epochs.find(epoch);
  if (shared == nullptr) return std::optional<StatusAnswer>();
  auto answered = reported(answer(reader, *shared, *known, target, out));
  if (!answered) return answered.error();
  return std::optional(*answered);
}

Result<std::shared_ptr<const EpochStatus>> StatusProver::epoch_status(const StoreReader& reader,
                                                                      std::uint64_t epoch) const {
  if (auto known = memory_->epochs.find(epoch); known != nullptr) return known;
  const Result<CheckpointRow> row = reader.checkpoint(epoch);
  if (!row) return row.error().code == Errc::not_found ? no_such_epoch() : row.error();
  Result<EpochStatus> read = read_epoch(reader, *row);
  if (!read) return missing_is_corrupt(read.error());
  auto shared = std::make_shared<const EpochStatus>(*std::move(read));
  if (shared->unchanging) memory_->epochs.remember(epoch, shared, shared->octets());
  return shared;
}

Result<EpochStatus> StatusProver::read_epoch(const StoreReader& reader,
                                             const CheckpointRow& row) const {
  // Its own checkpoint if a ledger has that, else the next one that a ledger has.
  const auto anchor = best_anchor(reader, row.epoch, options_.ledgers);
  if (!anchor) return anchor.error();
  const bool later = *anchor && (*anchor)->epoch != row.epoch;
  const Result<CheckpointRow> covering = later ? reader.checkpoint((*anchor)->epoch) : row;
  if (!covering) return covering.error();
  const auto checked = checkpoints_.check(reader, *covering);
  if (!checked) return checked.error();
  const Result<bool> settled = anchors_settled(reader, covering->epoch, options_.ledgers);
  if (!settled) return settled.error();

  EpochStatus status;
  status.state = anchored_state(*anchor);
  status.unchanging = *settled && status.state == CredentialState::final;
  status.part.index = row.size - 1;
  status.part.checkpoint = (*checked)->note;
  status.part.anchors = (*checked)->anchors;
  Result<Bytes> entry = reader.log_entry(status.part.index);
  if (!entry) return entry.error();
  status.part.entry = *std::move(entry);
  auto path = log_inclusion(
      status.part.index, covering->size,
      [&reader](std::uint32_t level, std::uint64_t tile) { return reader.tile(level, tile); });
  if (!path) return path.error();
  status.part.path = *std::move(path);

  const Found<EpochEntry> found = find_epoch_entry(status.part);
  if (!found.value) return stored_corrupt("stored epoch entry: " + found.reason.message);
  status.entry = *found.value;
  if (status.entry.epoch != row.epoch) {
    return stored_corrupt("a stored epoch entry is not where its checkpoint says");
  }
  const Status in_log = stored_status(check_epoch_path(status.part, (*checked)->checkpoint));
  if (!in_log) return in_log.error();

  status.before_chunk = status_text_before_chunk(status.part);
  return status;
}

Result<std::shared_ptr<const EpochDirectory>> StatusProver::directory_of(
    const StoreReader& reader, const EpochEntry& entry) const {
  auto known = memory_->directories.find(entry.epoch);
  if (known != nullptr) return known;
  const Result<CheckpointRow> row = reader.checkpoint(entry.epoch);
  if (!row) return missing_is_corrupt(row.error());
  Result<EpochDirectory> read = read_directory(reader, *row);
  if (!read) return missing_is_corrupt(read.error());
  if (read->records.size() != entry.issuer_count || read->tree.root() != entry.directory_root) {
    return stored_corrupt("the issuers do not lead to the directory's root");
  }
  auto directory = std::make_shared<const EpochDirectory>(*std::move(read));
  constexpr std::size_t kOctetsPerIssuer = DirectoryRecord::kSize + 3 * sizeof(Hash);
  memory_->directories.remember(
      entry.epoch, directory,
      sizeof(EpochDirectory) + directory->records.size() * kOctetsPerIssuer);
  return directory;
}

Result<std::shared_ptr<const IssuerStatus>> StatusProver::issuer_status(
    const StoreReader& reader, IssuerId issuer, const EpochStatus& epoch) const {
  const std::uint64_t key = issuer_key(epoch.entry.epoch, issuer);
  if (auto known = memory_->issuers.find(key); known != nullptr) return known;
  const Result<IssuerRow> row = reader.issuer(issuer);
  if (!row) return row.error();
  const auto all = directory_of(reader, epoch.entry);
  if (!all) return all.error();
  const std::size_t place = (*all)->find(row->issuer_hash);
  if (place == (*all)->records.size()) return not_yet_sealed();

  StatusDirectoryPart directory{(*all)->records[place], place, (*all)->tree.inclusion_path(place)};
  const Status checked = stored_status(check_status_directory(directory, epoch.entry));
  if (!checked) return checked.error();
  std::vector<ListRecord> lists;
  std::uint64_t status_epoch = 0;
  if (directory.record.status_root != Hash{}) {
    Result<StatusRow> status = reader.status_at(issuer, epoch.entry.epoch);
    if (!status) return missing_is_corrupt(status.error());
    lists = std::move(status->lists);
    status_epoch = status->epoch;
  }
  crypto::Tree records(list_record_hashes(lists));
  if (!lists.empty() && records.root() != directory.record.status_root) {
    return stored_corrupt("stored list records do not lead to the status root");
  }
  std::string before_index = status_text_before_index(directory, epoch.part);
  auto status = std::make_shared<const IssuerStatus>(
      IssuerStatus{issuer, row->name, std::move(directory), std::move(lists), std::move(records),
                   status_epoch, std::move(before_index)});
  if (!epoch.unchanging) return status;
  const std::size_t octets = sizeof *status + status->before_index.capacity() +
                             status->name.capacity() +
                             status->directory.path.size() * sizeof(Hash) +
                             status->lists.size() * (sizeof(ListRecord) + 3 * sizeof(Hash));
  memory_->issuers.remember(key, status, octets);
  return status;
}

Result<StatusAnswer> StatusProver::answer(const StoreReader& reader, const EpochStatus& epoch,
                                          const IssuerStatus& issuer, const StatusTarget& target,
                                          std::string* out) const {
  const DirectoryRecord& record = issuer.directory.record;
  if (target.list == kRegister && target.index >= record.credential_count) return not_yet_sealed();
  const auto list = list_part(reader, issuer, target);
  if (!list) return list.error();
  StatusAnswer answer;
  answer.issuer = issuer.name;
  if (*list && (*list)->chunk) {
    const Result<StatusValue> value = status_in_chunk(*(*list)->chunk, target.index);
    if (!value) return stored_corrupt(value.error().message);
    answer.value = *value;
  }
  answer.epoch = epoch.entry.epoch;
  answer.time_ms = epoch.entry.time_ms;
  answer.state = epoch.state;
  const Status value_checked = stored_status(check_status_value(target, answer.value, *list));
  if (!value_checked) return value_checked.error();
  const Status record_checked = stored_status(check_status_record(*list, record.status_root));
  if (!record_checked) return record_checked.error();
  if (out != nullptr) {
    append_status_json(*out, epoch.before_chunk, issuer.before_index, target, answer.value, *list);
  }
  return answer;
}

Result<std::optional<StatusListPart>> StatusProver::list_part(const StoreReader& reader,
                                                              const IssuerStatus& issuer,
                                                              const StatusTarget& target) const {
  if (issuer.lists.empty()) return std::optional<StatusListPart>();
  // The list's own record, or the last one.
  std::size_t at = 0;
  while (at + 1 < issuer.lists.size() && issuer.lists[at].list != target.list) ++at;
  StatusListPart part;
  part.record = issuer.lists[at];
  part.record_index = at;
  part.record_path = issuer.records.inclusion_path(at);
  if (part.record.list != target.list) return std::optional(std::move(part));
  if (target.index >= part.record.size) {
    if (target.list == kRegister) return std::optional(std::move(part));
    return Error{Errc::not_found, "the list has no such index"};
  }
  const KnownStatusTiles::Place place{issuer.id, target.list, issuer.status_epoch};
  Result<ChunkProof> chunk =
      prove_chunk(target.index, part.record.size, memory_->tiles.source(reader, place));
  if (!chunk) return missing_is_corrupt(chunk.error());
  part.chunk = chunk->chunk;
  part.chunk_path = std::move(chunk->path);
  return std::optional(std::move(part));
}

}  // namespace kedge::node
