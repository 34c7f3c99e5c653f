// SPDX-License-Identifier: Apache-2.0
#include "tests/support/filled_store.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/binary.hpp"
#include "crypto/checkpoint.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree.hpp"
#include "ledger/embedded_record.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"
#include "node/store/memory_store.hpp"

namespace kedge::test {
namespace {

using node::IssuerId;

template <class T>
T take(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}

void take(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

crypto::NoteSigner make_signer(const std::string& origin, std::uint8_t seed) {
  const Bytes secret(crypto::kSecretKeySize, seed);
  return take(crypto::NoteSigner::create(
      origin, take(crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, secret))));
}

Hash numbered_hash(std::string_view what, IssuerId issuer, std::uint64_t position) {
  Bytes bytes;
  BinaryWriter(bytes).put(as_bytes(what)).put(issuer).put(position);
  return crypto::sha256(bytes);
}

node::LeafEntry numbered_leaf(IssuerId issuer, std::uint64_t position,
                              crypto::DigestProfile profile, const Hash& digest) {
  node::LeafEntry leaf{profile, {}, digest};
  const Hash salt = numbered_hash("salt", issuer, position);
  std::copy_n(salt.begin(), leaf.salt.size(), leaf.salt.begin());
  return leaf;
}

void append_leaf(Bytes& leaves, const node::LeafEntry& leaf) {
  const node::LeafBytes bytes = node::encode_leaf(leaf);
  leaves.insert(leaves.end(), bytes.begin(), bytes.end());
}

node::DirectoryRecord record_of(const node::IssuerRow& row) {
  return {row.issuer_hash, row.next_issuer_seq, row.credential_count, row.status_root,
          row.last_entry_hash};
}

}  // namespace

FilledStore::FilledStore(std::string origin, std::unique_ptr<node::Store> store,
                         std::uint8_t key_seed)
    : origin_(std::move(origin)),
      store_(std::move(store)),
      signer_(make_signer(origin_, key_seed)) {
  if (store_ == nullptr) store_ = take(node::make_memory_store({origin_, {}}));
  node::Seal seal;
  seal.entries.push_back(
      node::encode_entry(node::GenesisEntry{time_ms_, crypto::sha256(as_bytes(origin_))}));
  finish_seal(seal);
}

IssuerId FilledStore::add_issuer(std::string_view name) {
  return take(store_->add_issuer(name)).id;
}

void FilledStore::accept(IssuerId issuer, std::uint32_t count, crypto::DigestProfile profile) {
  const std::uint64_t first = take(snapshot()->next_position(issuer));
  Bytes leaves;
  leaves.reserve(count * node::LeafEntry::kSize);
  for (std::uint64_t position = first; position < first + count; ++position) {
    append_leaf(leaves, numbered_leaf(issuer, position, profile, digest(issuer, position)));
  }
  accept_leaves(issuer, std::move(leaves), count);
}

void FilledStore::accept_digest(IssuerId issuer, crypto::DigestProfile profile,
                                const Hash& digest) {
  const std::uint64_t position = take(snapshot()->next_position(issuer));
  Bytes leaves;
  append_leaf(leaves, numbered_leaf(issuer, position, profile, digest));
  accept_leaves(issuer, std::move(leaves), 1);
}

void FilledStore::accept_leaves(IssuerId issuer, Bytes leaves, std::uint32_t count) {
  node::Run run;
  run.issuer = issuer;
  run.first_position = take(snapshot()->next_position(issuer));
  run.time_ms = time_ms_;
  run.call_sizes = {count};
  run.leaves = std::move(leaves);
  take(store_->append(std::span(&run, 1)));
}

node::CheckpointRow FilledStore::seal() {
  const auto reader = snapshot();
  time_ms_ += 1000;
  ++epoch_;
  node::Seal seal;
  seal.first_index = edge_.size();
  for (const node::IssuerRow& row : take(reader->issuers())) {
    const std::uint64_t next = take(reader->next_position(row.id));
    node::IssuerRow after = row;
    if (next > row.credential_count) seal_batch(after, next - row.credential_count, seal);
    seal_status(after, seal);
    if (after.next_issuer_seq > row.next_issuer_seq) seal.issuers.push_back(std::move(after));
  }
  finish_seal(seal);
  return seal.checkpoint;
}

void FilledStore::seal_batch(node::IssuerRow& row, std::uint64_t count, node::Seal& seal) {
  const std::uint64_t log_index = seal.first_index + seal.entries.size();
  const Bytes leaves = take(snapshot()->leaves(row.id, row.credential_count, count));
  std::vector<Hash> hashes;
  for (std::uint64_t i = 0; i < count; ++i) {
    hashes.push_back(crypto::leaf_hash(
        ByteView(leaves).subspan(i * node::LeafEntry::kSize, node::LeafEntry::kSize)));
  }
  const crypto::Tree tree(std::move(hashes));
  const auto batch_count = static_cast<std::uint32_t>(count);
  const Bytes entry = node::encode_entry(
      node::BatchEntry{time_ms_, row.issuer_hash, row.next_issuer_seq, row.credential_count,
                       batch_count, tree.root(), row.last_entry_hash});

  node::SealedBatch batch;
  batch.row = {row.id,   row.credential_count, batch_count, row.next_issuer_seq, log_index,
               time_ms_, tree.root()};
  for (std::uint32_t level = node::kBatchNodeLevel; level < tree.level_count(); ++level) {
    const std::span<const Hash> nodes = tree.level(level);
    batch.levels.emplace_back(nodes.begin(), nodes.end());
  }
  seal.batches.push_back(std::move(batch));

  row.next_issuer_seq += 1;
  row.credential_count += count;
  row.last_entry_hash = crypto::leaf_hash(entry);
  seal.entries.push_back(entry);
}

void FilledStore::finish_seal(node::Seal& seal) {
  std::map<IssuerId, node::IssuerRow> rows;
  for (node::IssuerRow& row : take(snapshot()->issuers())) rows[row.id] = row;
  for (const node::IssuerRow& row : seal.issuers) rows[row.id] = row;
  std::vector<node::DirectoryRecord> records;
  for (const auto& [id, row] : rows) {
    if (row.next_issuer_seq > 0) records.push_back(record_of(row));
  }
  std::sort(records.begin(), records.end(),
            [](const auto& a, const auto& b) { return a.issuer_hash < b.issuer_hash; });
  seal.entries.push_back(node::encode_entry(
      node::EpochEntry{time_ms_, epoch_, static_cast<std::uint32_t>(records.size()),
                       node::directory_root(records), Hash{}}));
  for (const Bytes& entry : seal.entries) edge_.append(crypto::leaf_hash(entry));
  seal.tiles = edge_.take_full_tiles();
  seal.edges = edge_.edges();
  seal.checkpoint.epoch = epoch_;
  seal.checkpoint.size = edge_.size();
  seal.checkpoint.root = edge_.root();
  seal.checkpoint.time_ms = time_ms_;
  seal.checkpoint.note = take(signer_.sign(
      crypto::format_checkpoint({.origin = origin_, .size = edge_.size(), .root = edge_.root()})));
  take(store_->seal(seal));
}

void FilledStore::anchor(node::AnchorState state, const std::string& ledger) {
  const node::CheckpointRow checkpoint = take(snapshot()->latest_checkpoint());
  auto& [head, seq] = chains_[ledger];
  ledger::EmbeddedRecord record;
  record.name = ledger;
  record.seq = seq + 1;
  record.epoch = checkpoint.epoch;
  record.size = checkpoint.size;
  record.root = checkpoint.root;
  record.prev = head;
  record.time_ms = time_ms_;
  record.head = ledger::record_head(record);
  anchor_with(ledger, state, take(ledger::format_record(record)));
  head = record.head;
  ++seq;
}

void FilledStore::anchor_with(const std::string& ledger, node::AnchorState state,
                              const std::string& record) {
  const node::CheckpointRow checkpoint = take(snapshot()->latest_checkpoint());
  node::AnchorRow row;
  row.ledger = ledger;
  row.epoch = checkpoint.epoch;
  row.size = checkpoint.size;
  row.root = checkpoint.root;
  row.time_ms = time_ms_;
  take(store_->record_intent(row));
  if (state == node::AnchorState::intended) return;
  const ByteView payload = as_bytes(record);
  take(store_->record_attempt(ledger, checkpoint.epoch,
                              {{payload.begin(), payload.end()}, "attempt 1", time_ms_}));
  take(store_->record_state(ledger, checkpoint.epoch, state, record, time_ms_));
}

crypto::NoteVerifier FilledStore::verifier() const {
  return take(crypto::NoteVerifier::from_vkey(signer_.vkey()));
}

Hash FilledStore::digest(IssuerId issuer, std::uint64_t position) {
  return numbered_hash("credential", issuer, position);
}

}  // namespace kedge::test
