// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "crypto/checkpoint.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "node/audit/history_audit.hpp"
#include "node/log/directory.hpp"
#include "node/log/entry.hpp"

namespace kedge::node {

inline const std::string kOrigin = "log.example/kedge";
inline constexpr std::uint64_t kStart = 1'800'000'000'000;
inline constexpr std::uint64_t kHour = 3'600'000;

inline crypto::NoteSigner signer(std::uint8_t seed = 7) {
  const Bytes secret(crypto::kSecretKeySize, seed);
  auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, secret);
  return *crypto::NoteSigner::create(kOrigin, *std::move(key));
}

/// A node with a ledger, which a test makes dishonest. Each epoch has a batch of one issuer, an
/// hour after the one before, and is anchored a second later.
class DishonestNode : public LogSource {
 public:
  DishonestNode() {
    add(GenesisEntry{kStart, crypto::sha256(as_bytes(kOrigin))});
    add_epoch();
    for (int i = 0; i < 6; ++i) seal();
    publish();
  }

  /// Appends one batch and one epoch by the rules, and anchors them.
  void seal() {
    time_ += kHour;
    add_batch();
    add_epoch();
    anchor();
  }

  void add_batch() {
    BatchEntry batch{
        time_,   issuer_.issuer_hash,    issuer_.next_issuer_seq, issuer_.credential_count, 3,
        Hash{9}, issuer_.last_entry_hash};
    add(batch);
    issuer_.next_issuer_seq += 1;
    issuer_.credential_count += batch.count;
    issuer_.last_entry_hash = crypto::leaf_hash(entries_.back());
  }
  void add_epoch() {
    std::vector<DirectoryRecord> records;
    if (issuer_.next_issuer_seq > 0) records.push_back(issuer_);
    add(EpochEntry{time_, epoch_++, static_cast<std::uint32_t>(records.size()),
                   directory_root(records), Hash{}});
  }
  void add(const LogEntry& entry) { entries_.push_back(encode_entry(entry)); }

  void anchor() { anchor(root(), entries_.size()); }
  void anchor(const Hash& root, std::uint64_t size) {
    const std::uint64_t seq = events_.size() + 1;
    head_.head = ledger::evm::next_head(head_.head, seq, root, size);
    head_.seq = seq;
    events_.push_back({seq, root, size, head_.head, time_ + 1000});
  }

  Hash root() const {
    std::vector<Hash> leaves;
    for (const Bytes& entry : entries_) leaves.push_back(crypto::leaf_hash(entry));
    return crypto::tree_root(leaves);
  }
  /// Signs the entries as they are now.
  void publish(std::uint8_t seed = 7) {
    note_ = *signer(seed).sign(crypto::format_checkpoint({kOrigin, entries_.size(), root()}));
  }

  Result<std::string> checkpoint() override { return note_; }
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override {
    // In small portions, as a log of tiles would.
    const std::uint64_t end = std::min({first + count, first + 5, std::uint64_t{entries_.size()}});
    if (first >= end) return Error{Errc::not_found, "no such entries"};
    return std::vector<Bytes>(entries_.begin() + static_cast<std::ptrdiff_t>(first),
                              entries_.begin() + static_cast<std::ptrdiff_t>(end));
  }

  static HistoryOptions options() {
    return {.origin = kOrigin,
            .log_keys = {*crypto::NoteVerifier::from_vkey(signer().vkey())},
            .log_id = kLogId};
  }

  /// `kind where` of each fault.
  std::vector<std::string> faults() {
    HistoryOptions with_held = options();
    for (std::size_t i = 0; i < held_.size(); ++i) {
      with_held.held.push_back({"held checkpoint " + std::to_string(i), held_[i]});
    }
    const auto report = audit_history(events_, head_, *this, with_held);
    if (!report) return {"error: " + report.error().message};
    std::vector<std::string> out;
    for (const HistoryFault& fault : report->faults) {
      EXPECT_FALSE(fault.what.empty());
      out.push_back(std::string(history_fault_name(fault.kind)) + " " + fault.where);
    }
    EXPECT_EQ(report->clean(), out.empty());
    return out;
  }

  static constexpr Hash kLogId{0x10};
  std::vector<Bytes> entries_;
  std::vector<AnchorEvent> events_;
  ProvedHead head_{kLogId, 0};
  std::uint64_t time_ = kStart;
  DirectoryRecord issuer_{.issuer_hash = Hash{0xa0}};
  std::uint64_t epoch_ = 0;
  std::string note_;
  /// What others hold.
  std::vector<std::string> held_;
};

}  // namespace kedge::node
