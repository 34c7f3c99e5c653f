// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "crypto/checkpoint.hpp"
#include "crypto/sha256.hpp"
#include "crypto/signed_note.hpp"
#include "crypto/tree.hpp"
#include "ledger/embedded_record.hpp"
#include "node/log/entry.hpp"
#include "node/log/status_tree.hpp"
#include "node/proof/status_proof.hpp"

namespace kedge::test {

struct SampleList {
  std::uint32_t list = node::kRegister;
  std::uint64_t size = 0;
  std::map<std::uint64_t, node::StatusValue> values = {};
};

struct StatusLogOptions {
  /// Empty for an issuer that has changed nothing.
  std::vector<SampleList> lists = {};
  std::string issuer = "did:example:second";
  std::size_t issuers = 3;
  /// Of the issuer in the directory.
  std::size_t place = 1;
  std::uint64_t credential_count = 1'000'000;
  /// Log entries before and after that of the epoch.
  std::size_t before = 20;
  std::size_t after = 0;
  std::uint64_t epoch = 7;
  std::uint64_t time_ms = 1'767'225'600'000;
  bool anchored = true;
};

/// A log with status lists, made of whole trees in memory, without a store and without the node's
/// own arithmetic for sparse trees.
class StatusLog {
 public:
  StatusLog(const crypto::NoteSigner& signer, StatusLogOptions options)
      : options_(std::move(options)) {
    for (const SampleList& list : options_.lists) add_list(list);
    add_directory();
    add_log(signer);
  }

  [[nodiscard]] Hash issuer_hash() const { return crypto::sha256(as_bytes(options_.issuer)); }

  /// The proof of what the log says of the target.
  [[nodiscard]] node::StatusProof prove(const node::StatusTarget& target) const {
    node::StatusProof proof;
    proof.target = target;
    proof.directory = directory_;
    proof.epoch = epoch_;
    if (records_.empty()) return proof;
    std::size_t at = 0;
    while (at + 1 < records_.size() && records_[at].list != target.list) ++at;
    const crypto::Tree records(node::list_record_hashes(records_));
    node::StatusListPart& part = proof.list.emplace();
    part.record = records_[at];
    part.record_index = at;
    part.record_path = records.inclusion_path(at);
    if (part.record.list != target.list || target.index >= part.record.size) return proof;
    const std::uint64_t chunk = target.index / node::kChunkEntries;
    part.chunk = chunks_[at][chunk];
    part.chunk_path = trees_[at].inclusion_path(chunk);
    proof.value = take(node::status_in_chunk(*part.chunk, target.index));
    return proof;
  }

 private:
  template <class T>
  static T take(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
  }

  void add_list(const SampleList& list) {
    std::vector<Hash> chunks((list.size + 127) / 128);
    for (const auto& [index, value] : list.values) {
      chunks[index / 128][index % 128 / 4] |=
          static_cast<std::uint8_t>(static_cast<unsigned>(value) << (2 * (index % 4)));
    }
    std::vector<Hash> leaves;
    for (const Hash& chunk : chunks) leaves.push_back(crypto::leaf_hash(chunk));
    trees_.emplace_back(std::move(leaves));
    chunks_.push_back(std::move(chunks));
    records_.push_back({list.list, list.size, trees_.back().root()});
  }

  void add_directory() {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < options_.issuers; ++i) {
      node::DirectoryRecord record;
      record.issuer_hash = Hash{static_cast<std::uint8_t>(i + 1)};
      record.next_issuer_seq = 5;
      record.credential_count = options_.credential_count;
      record.last_entry_hash = Hash{9};
      if (i == options_.place) {
        record.issuer_hash = issuer_hash();
        if (!records_.empty()) record.status_root = take(node::status_root(records_));
        directory_.record = record;
      }
      leaves.push_back(crypto::leaf_hash(node::encode_directory_record(record)));
    }
    const crypto::Tree tree(std::move(leaves));
    directory_.index = options_.place;
    directory_.path = tree.inclusion_path(options_.place);
    directory_root_ = tree.root();
  }

  void add_log(const crypto::NoteSigner& signer) {
    epoch_.entry = node::encode_entry(node::EpochEntry{options_.time_ms, options_.epoch,
                                                       static_cast<std::uint32_t>(options_.issuers),
                                                       directory_root_, Hash{}});
    std::vector<Hash> leaves(options_.before + 1 + options_.after, Hash{7});
    leaves[options_.before] = crypto::leaf_hash(epoch_.entry);
    const crypto::Tree tree(std::move(leaves));
    epoch_.index = options_.before;
    epoch_.path = tree.inclusion_path(options_.before);
    epoch_.checkpoint = take(signer.sign(crypto::format_checkpoint(
        {.origin = signer.name(), .size = tree.size(), .root = tree.root()})));
    if (!options_.anchored) return;
    ledger::EmbeddedRecord record;
    record.name = "embedded";
    record.seq = 1;
    record.epoch = options_.epoch;
    record.size = tree.size();
    record.root = tree.root();
    record.time_ms = options_.time_ms;
    record.head = ledger::record_head(record);
    epoch_.anchors.push_back(take(ledger::format_record(record)));
  }

  StatusLogOptions options_;
  std::vector<node::ListRecord> records_;
  std::vector<std::vector<Hash>> chunks_;
  std::vector<crypto::Tree> trees_;
  Hash directory_root_{};
  node::StatusDirectoryPart directory_;
  node::StatusEpochPart epoch_;
};

}  // namespace kedge::test
