// SPDX-License-Identifier: Apache-2.0
#include "tests/node/anchoring/test_audit.hpp"

#include <algorithm>
#include <map>

#include "crypto/checkpoint.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"
#include "tests/node/anchoring/test_log.hpp"

namespace kedge::test {
namespace {

using node::StoreReader;

/// Follows the log from its beginning; every function answers what does not fit, or nothing.
class Audit {
 public:
  explicit Audit(const StoreReader& reader) : reader_(reader) {}

  std::string run() {
    const auto size = reader_.log_size();
    if (!size) return size.error().message;
    if (*size == 0) return {};
    const auto issuers = reader_.issuers();
    for (const node::IssuerRow& row : *issuers) rows_.emplace(row.issuer_hash, row);
    for (std::uint64_t index = 0; index < *size; ++index) {
      const auto octets = reader_.log_entry(index);
      if (!octets) return "entry " + std::to_string(index) + ": " + octets.error().message;
      const auto entry = node::decode_entry(*octets);
      if (!entry) return "entry " + std::to_string(index) + ": " + entry.error().message;
      if (node::entry_time_ms(*entry) < time_ms_) return "time has gone back";
      time_ms_ = node::entry_time_ms(*entry);
      leaves_.push_back(crypto::leaf_hash(*octets));
      std::string fault = std::visit([&](const auto& each) { return check(index, each); }, *entry);
      if (!fault.empty()) return "entry " + std::to_string(index) + ": " + fault;
    }
    const auto newest = reader_.latest_checkpoint();
    if (!newest || newest->size != *size) return "the log does not end with a checkpoint";
    return check_issuers() + check_tiles();
  }

 private:
  std::string check(std::uint64_t index, const node::GenesisEntry& entry) {
    if (index != 0) return "genesis is not the first";
    return entry.origin_hash == crypto::sha256(as_bytes(kOrigin)) ? "" : "another origin";
  }

  std::string check(std::uint64_t index, const node::StatusEntry& entry) {
    const auto row = rows_.find(entry.issuer_hash);
    if (row == rows_.end()) return "unknown issuer";
    std::string fault = extend(entry);
    if (!fault.empty()) return fault;
    node::DirectoryRecord& chain = chains_[entry.issuer_hash];
    chain.status_root = entry.status_root;
    return statuses_.try_emplace(entry.issuer_hash, reader_, row->second.id)
        .first->second.entry(index, entry, chain.credential_count);
  }

  /// The issuer's chain, by an entry of either kind.
  template <class Entry>
  std::string extend(const Entry& entry) {
    node::DirectoryRecord& chain = chains_[entry.issuer_hash];
    chain.issuer_hash = entry.issuer_hash;
    if (entry.issuer_seq != chain.next_issuer_seq) return "a gap in the issuer's sequence";
    if (entry.prev != chain.last_entry_hash) return "does not follow the issuer's last entry";
    chain.next_issuer_seq += 1;
    chain.last_entry_hash = leaves_.back();
    return {};
  }

  std::string check(std::uint64_t index, const node::BatchEntry& entry) {
    const auto row = rows_.find(entry.issuer_hash);
    if (row == rows_.end()) return "unknown issuer";
    std::string fault = extend(entry);
    if (!fault.empty()) return fault;
    node::DirectoryRecord& chain = chains_[entry.issuer_hash];
    if (entry.first_position != chain.credential_count) return "a gap in positions";
    chain.credential_count += entry.count;

    const auto stored = reader_.leaves(row->second.id, entry.first_position, entry.count);
    if (!stored) return stored.error().message;
    std::vector<Hash> hashes;
    for (std::uint32_t i = 0; i < entry.count; ++i) {
      hashes.push_back(crypto::leaf_hash(
          ByteView(*stored).subspan(i * node::LeafEntry::kSize, node::LeafEntry::kSize)));
    }
    const crypto::Tree tree(hashes);
    if (tree.root() != entry.batch_root) return "the batch has another root";
    const auto batch = reader_.batch_at(index);
    if (!batch || batch->root != entry.batch_root || batch->count != entry.count ||
        batch->issuer_seq != entry.issuer_seq || batch->time_ms != entry.time_ms) {
      return "the batch row differs";
    }
    for (std::uint32_t level = node::kBatchNodeLevel; level < tree.level_count(); ++level) {
      for (std::uint64_t i = 0; i < tree.level(level).size(); ++i) {
        const auto node = reader_.batch_node(*batch, level, i);
        if (!node || *node != tree.level(level)[i]) return "a node of the batch differs";
      }
    }
    return check_calls(*batch);
  }

  /// A call is not split over batches.
  std::string check_calls(const node::BatchRow& batch) {
    std::string fault = "the batch ends within a call";
    const std::uint64_t last = batch.first_position + batch.count - 1;
    (void)reader_.visit_leaves(batch.issuer, last, [&](const node::StoredLeaf& leaf) -> Status {
      if (leaf.call_end) fault.clear();
      return Error{Errc::internal, "one is enough"};
    });
    return fault;
  }

  std::string check(std::uint64_t index, const node::EpochEntry& entry) {
    if (entry.epoch != next_epoch_++) return "a gap in epochs";
    std::vector<node::DirectoryRecord> records;
    for (const auto& [hash, record] : chains_) records.push_back(record);
    if (entry.issuer_count != records.size()) return "another number of issuers";
    if (entry.directory_root != node::directory_root(records)) return "another directory";
    const auto row = reader_.checkpoint(entry.epoch);
    if (!row) return row.error().message;
    if (row->size != index + 1 || row->time_ms != entry.time_ms) return "another checkpoint";
    if (row->root != crypto::tree_root(leaves_)) return "another root";
    const auto verifier = crypto::NoteVerifier::from_vkey(make_signer().vkey());
    const auto text = crypto::open_note(row->note, {&*verifier, 1});
    if (!text) return text.error().message;
    const auto checkpoint = crypto::parse_checkpoint(*text);
    if (!checkpoint || checkpoint->origin != kOrigin || checkpoint->size != row->size ||
        checkpoint->root != row->root) {
      return "the note says something else";
    }
    return {};
  }

  std::string check_issuers() {
    for (const auto& [hash, row] : rows_) {
      std::string status = statuses_.try_emplace(hash, reader_, row.id).first->second.finish();
      if (!status.empty()) return "issuer " + row.name + ": " + status;
      const auto chain = chains_.find(hash);
      const node::DirectoryRecord record =
          chain == chains_.end() ? node::DirectoryRecord{} : chain->second;
      if (row.next_issuer_seq != record.next_issuer_seq ||
          row.credential_count != record.credential_count ||
          row.status_root != record.status_root || row.last_entry_hash != record.last_entry_hash) {
        return "the row of issuer " + row.name + " is not what the log says";
      }
      std::uint64_t position = 0;
      const Status visited =
          reader_.visit_leaves(row.id, 0, [&](const node::StoredLeaf& leaf) -> Status {
            if (leaf.position != position++) return Error{Errc::corrupt, "a gap in positions"};
            return {};
          });
      const auto next = reader_.next_position(row.id);
      if (!visited || !next || *next != position) return "positions of " + row.name + " differ";
    }
    return {};
  }

  std::string check_tiles() const {
    std::vector<Hash> level_hashes = leaves_;
    for (std::uint32_t level = 0; !level_hashes.empty(); ++level) {
      std::vector<Hash> above;
      for (std::size_t first = 0; first < level_hashes.size(); first += node::kTileWidth) {
        const std::size_t end = std::min(first + node::kTileWidth, level_hashes.size());
        const std::vector<Hash> expected(level_hashes.begin() + static_cast<std::ptrdiff_t>(first),
                                         level_hashes.begin() + static_cast<std::ptrdiff_t>(end));
        const auto tile = reader_.tile(level, first / node::kTileWidth);
        if (!tile || *tile != expected) return "a tile of level " + std::to_string(level);
        if (expected.size() == node::kTileWidth) above.push_back(crypto::tree_root(expected));
      }
      level_hashes = std::move(above);
    }
    return {};
  }

  const StoreReader& reader_;
  std::map<Hash, node::IssuerRow> rows_;
  std::map<Hash, node::DirectoryRecord> chains_;
  std::map<Hash, StatusAudit> statuses_;
  std::vector<Hash> leaves_;
  std::uint64_t time_ms_ = 0;
  std::uint64_t next_epoch_ = 0;
};

}  // namespace

std::string audit_log(const StoreReader& reader) {
  return Audit(reader).run();
}

}  // namespace kedge::test
