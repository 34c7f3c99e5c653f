// SPDX-License-Identifier: Apache-2.0
#include "node/audit/log_replay.hpp"

#include <algorithm>
#include <utility>

#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

std::string instead(std::string_view what, std::uint64_t is, std::uint64_t expected) {
  return std::string(what) + " is " + std::to_string(is) + ", expected " + std::to_string(expected);
}

}  // namespace

std::vector<std::string> LogReplay::apply(const LogEntry& entry, const Hash& leaf_hash) {
  leaf_hash_ = leaf_hash;
  const bool is_genesis = std::holds_alternative<GenesisEntry>(entry);
  if (is_genesis != (size_ == 0)) {
    say(is_genesis ? "a genesis entry inside the log" : "the log does not begin with genesis");
  }
  const std::uint64_t time_ms = entry_time_ms(entry);
  if (time_ms < time_ms_) {
    say("its time is " + std::to_string(time_ms_ - time_ms) + " ms before the entry before it");
  }
  time_ms_ = time_ms;
  std::visit([this](const auto& body) { follow(body); }, entry);
  ++size_;
  return std::exchange(faults_, {});
}

void LogReplay::skip() noexcept {
  complete_ = false;
  ++size_;
}

void LogReplay::say_if_complete(std::string what) {
  if (complete_) say(std::move(what));
}

const DirectoryRecord* LogReplay::issuer(const Hash& issuer_hash) const {
  const auto found = issuers_.find(issuer_hash);
  return found == issuers_.end() ? nullptr : &found->second.record;
}

void LogReplay::follow(const GenesisEntry& entry) {
  if (entry.origin_hash != origin_hash_) say("origin_hash is not that of the log's origin");
}

void LogReplay::follow(const BatchEntry& entry) {
  DirectoryRecord& record = step(entry.issuer_hash, entry.issuer_seq, entry.prev).record;
  if (entry.first_position != record.credential_count) {
    say_if_complete(instead("first_position", entry.first_position, record.credential_count));
  }
  record.credential_count = entry.first_position + entry.count;
}

void LogReplay::follow(const StatusEntry& entry) {
  step(entry.issuer_hash, entry.issuer_seq, entry.prev).record.status_root = entry.status_root;
}

LogReplay::Issuer& LogReplay::step(const Hash& issuer_hash, std::uint64_t issuer_seq,
                                   const Hash& prev) {
  Issuer& issuer = issuers_[issuer_hash];
  DirectoryRecord& record = issuer.record;
  if (issuer_seq != record.next_issuer_seq) {
    say_if_complete(instead("issuer_seq", issuer_seq, record.next_issuer_seq));
  }
  if (prev != record.last_entry_hash) say_if_complete("prev is not the issuer's entry before");
  record.issuer_hash = issuer_hash;
  record.next_issuer_seq = issuer_seq + 1;
  record.last_entry_hash = leaf_hash_;
  changed_.insert(&issuer);
  return issuer;
}

void LogReplay::follow(const EpochEntry& entry) {
  if (entry.epoch != next_epoch_) say_if_complete(instead("epoch", entry.epoch, next_epoch_));
  next_epoch_ = entry.epoch + 1;
  if (entry.issuer_count != issuers_.size()) {
    say_if_complete(instead("issuer_count", entry.issuer_count, issuers_.size()));
  }
  if (entry.directory_root != current_directory()) {
    say_if_complete("directory_root is not that of the issuers' entries so far");
  }
}

Hash LogReplay::current_directory() {
  const auto hash_of = [](const Issuer& issuer) {
    return crypto::leaf_hash(encode_directory_record(issuer.record));
  };
  if (directory_.size() == issuers_.size()) {
    for (const Issuer* issuer : changed_) directory_.set(issuer->place, hash_of(*issuer));
  } else {
    // A new one moves the others.
    std::vector<Hash> leaves;
    leaves.reserve(issuers_.size());
    for (auto& [hash, issuer] : issuers_) {
      issuer.place = leaves.size();
      leaves.push_back(hash_of(issuer));
    }
    directory_.assign(std::move(leaves));
  }
  changed_.clear();
  return directory_.root();
}

}  // namespace kedge::node
