// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "crypto/binary.hpp"
#include "crypto/tree_hash.hpp"
#include "node/log/status_tree.hpp"
#include "tests/node/anchoring/test_audit.hpp"

namespace kedge::test {
namespace {

/// The bits of a list, index 0 in the least significant bits of octet 0, in chunks of 32 octets.
Hash naive_bits_root(const std::map<node::StatusTarget, node::StatusValue>& values,
                     std::uint32_t list, std::uint64_t size) {
  Bytes bits((size + 127) / 128 * 32);
  for (const auto& [target, value] : values) {
    if (target.list != list) continue;
    std::uint8_t& octet = bits.at(target.index / 4);
    octet =
        static_cast<std::uint8_t>(octet | static_cast<unsigned>(value) << (2 * (target.index % 4)));
  }
  std::vector<Hash> leaves;
  for (std::size_t at = 0; at < bits.size(); at += 32) {
    leaves.push_back(crypto::leaf_hash(ByteView(bits).subspan(at, 32)));
  }
  return crypto::tree_root(leaves);
}

}  // namespace

std::string StatusAudit::follow(const node::StatusChange& change) {
  node::StatusValue& now = values_[change.target];
  if (change.before != now) return "a change does not begin at the value before";
  if (change.before == change.after) return "a change changes nothing";
  if (change.before == node::StatusValue::revoked) return "a revocation is undone";
  if (change.time_ms < time_ms_) return "the time of changes goes back";
  time_ms_ = change.time_ms;
  now = change.after;
  ++next_change_;
  return {};
}

std::string StatusAudit::entry(std::uint64_t index, const node::StatusEntry& entry,
                               std::uint64_t credential_count) {
  const auto row = reader_.status_entry_at(index);
  if (!row) return row.error().message;
  if (row->issuer != issuer_ || row->issuer_seq != entry.issuer_seq ||
      row->time_ms != entry.time_ms || row->log_index != index ||
      row->first_change != next_change_ || row->count != entry.change_count ||
      row->changes_root != entry.changes_root || row->status_root != entry.status_root) {
    return "the status row differs";
  }
  const auto as_of = reader_.status_at(issuer_, row->epoch);
  if (!as_of || as_of->log_index != index) return "the status row is not found by its epoch";
  const std::uint64_t end = row->first_change + row->count;
  std::vector<Hash> leaves;
  std::string fault;
  (void)reader_.visit_changes(issuer_, row->first_change,
                              [&](const node::ChangeRun& run) -> Status {
                                for (const node::StatusChange& change : run.changes) {
                                  if (next_change_ == end || !fault.empty())
                                    return Error{Errc::internal, "enough"};
                                  fault = follow(change);
                                  if (change.time_ms > entry.time_ms)
                                    fault = "a change is younger than its entry";
                                  Bytes record;
                                  BinaryWriter(record)
                                      .put(change.target.list)
                                      .put(change.target.index)
                                      .put(static_cast<std::uint8_t>(change.before))
                                      .put(static_cast<std::uint8_t>(change.after))
                                      .put(change.time_ms);
                                  leaves.push_back(crypto::leaf_hash(record));
                                }
                                return {};
                              });
  if (!fault.empty()) return fault;
  if (next_change_ != end) return "changes of the entry are missing";
  if (crypto::tree_root(leaves) != entry.changes_root) return "another changes_root";
  // Whatever is accepted later is not older.
  time_ms_ = entry.time_ms;

  std::vector<Hash> records;
  if (row->lists.empty() || row->lists.front().list != 0) return "the register is not there";
  if (row->lists.front().size != credential_count) return "the register has another size";
  const auto published = reader_.status_lists(issuer_);
  for (std::size_t i = 0; i < row->lists.size(); ++i) {
    const node::ListRecord& record = row->lists[i];
    if (i > 0 && (!published || i > published->size() || record.list != (*published)[i - 1].list ||
                  record.size != (*published)[i - 1].size)) {
      return "there is a record of a list that is not there";
    }
    if (std::string list = check_list(record, row->epoch); !list.empty()) return list;
    Bytes octets;
    BinaryWriter(octets).put(record.list).put(record.size).put(record.bits_root);
    records.push_back(crypto::leaf_hash(octets));
  }
  if (crypto::tree_root(records) != entry.status_root) return "another status_root";
  return {};
}

std::string StatusAudit::check_list(const node::ListRecord& record, std::uint64_t epoch) const {
  if (record.bits_root != naive_bits_root(values_, record.list, record.size)) {
    return "another bits_root of list " + std::to_string(record.list);
  }
  const auto tiles = node::tiles_at(reader_, issuer_, record.list, epoch);
  const auto root = node::bits_root(record.size, tiles);
  if (!root || *root != record.bits_root) {
    return "the tiles of list " + std::to_string(record.list) + " lead elsewhere";
  }
  for (const auto& [target, value] : values_) {
    if (target.list != record.list) continue;
    const auto stored = node::status_in_list(target.index, record.size, tiles);
    if (!stored || *stored != value) return "a tile has another value";
  }
  return {};
}

std::string StatusAudit::finish() {
  std::string fault;
  (void)reader_.visit_changes(issuer_, next_change_, [&](const node::ChangeRun& run) -> Status {
    if (run.first_change != next_change_) fault = "a gap in the journal of changes";
    for (const node::StatusChange& change : run.changes) {
      if (fault.empty()) fault = follow(change);
    }
    return {};
  });
  if (!fault.empty()) return fault;
  const auto next = reader_.next_change(issuer_);
  if (!next || *next != next_change_) return "changes are missing";
  for (const auto& [target, value] : values_) {
    const auto stored = reader_.target_status(issuer_, target);
    if (!stored || stored->value != value) return "a target has another status than its journal";
  }
  return {};
}

std::string check_status_promises(const node::StoreReader& reader, const Promises& promises) {
  for (const auto& promise : promises.changed) {
    const std::string& name = promise.issuer;
    const auto& result = promise.result;
    const auto issuer = reader.issuer_by_name(name);
    if (!issuer) return "issuer " + name + " is gone";
    if (!result.change) continue;
    std::string fault = "change " + std::to_string(*result.change) + " of " + name + " is gone";
    (void)reader.visit_changes(issuer->id, *result.change, [&](const node::ChangeRun& run) {
      const node::StatusChange& change = run.changes.front();
      const bool same = run.first_change == *result.change && change.target == result.target &&
                        change.after == result.value && change.time_ms == result.time_ms;
      fault = same ? "" : "change " + std::to_string(*result.change) + " of " + name + " differs";
      return Status(Error{Errc::internal, "one is enough"});
    });
    if (!fault.empty()) return fault;
  }
  std::set<std::pair<std::string, node::StatusTarget>> taken;
  std::set<std::pair<std::string, std::string>> keys;
  for (const auto& [name, key, entries] : promises.allocated) {
    const auto issuer = reader.issuer_by_name(name);
    const auto stored =
        issuer ? reader.allocation(issuer->id, key) : Result<node::Allocation>(issuer.error());
    if (!stored) return "the allocation " + key + " of " + name + " is gone";
    // The same call again was promised the same.
    if (!keys.emplace(name, key).second) continue;
    for (const node::StatusTarget& entry : entries) {
      if (!taken.emplace(name, entry).second) {
        return "index " + std::to_string(entry.index) + " of " + name + " was handed out twice";
      }
    }
  }
  return {};
}

}  // namespace kedge::test
