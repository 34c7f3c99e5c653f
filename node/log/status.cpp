// SPDX-License-Identifier: Apache-2.0
#include "node/log/status.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "crypto/binary.hpp"
#include "crypto/sha256_batch.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"valid", "revoked", "suspended"};

template <std::unsigned_integral T>
std::uint8_t* put(std::uint8_t* out, T value) {
  for (std::size_t i = sizeof(T); i-- > 0;) *out++ = static_cast<std::uint8_t>(value >> (8 * i));
  return out;
}

void encode_to(std::uint8_t* out, const StatusChange& change) {
  out = put(out, change.target.list);
  out = put(out, change.target.index);
  *out++ = static_cast<std::uint8_t>(change.before);
  *out++ = static_cast<std::uint8_t>(change.after);
  put(out, change.time_ms);
}

}  // namespace

std::string_view status_name(StatusValue value) noexcept {
  const auto number = static_cast<std::size_t>(value);
  return number < kNames.size() ? kNames[number] : std::string_view("unknown");
}

Result<StatusValue> parse_status_name(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) {
    return invalid_argument("a status is `valid`, `revoked` or `suspended`");
  }
  return static_cast<StatusValue>(found - kNames.begin());
}

Result<StatusValue> status_from_number(std::uint64_t number) {
  if (number >= kNames.size()) {
    return invalid_argument("a status is 0, 1 or 2, not " + std::to_string(number));
  }
  return static_cast<StatusValue>(number);
}

StatusChangeBytes encode_status_change(const StatusChange& change) {
  StatusChangeBytes bytes{};
  encode_to(bytes.data(), change);
  return bytes;
}

Result<StatusChange> decode_status_change(ByteView bytes) {
  BinaryReader in(bytes);
  StatusChange change;
  change.target.list = in.get<std::uint32_t>();
  change.target.index = in.get<std::uint64_t>();
  const Result<StatusValue> before = status_from_number(in.get<std::uint8_t>());
  const Result<StatusValue> after = status_from_number(in.get<std::uint8_t>());
  change.time_ms = in.get<std::uint64_t>();
  if (Status status = in.finish("a status change"); !status) return std::move(status).error();
  if (!before) return before.error();
  if (!after) return after.error();
  if (!may_change(*before, *after)) {
    return invalid_argument("a status does not change from `" + std::string(status_name(*before)) +
                            "` to `" + std::string(status_name(*after)) + "`");
  }
  change.before = *before;
  change.after = *after;
  return change;
}

Hash changes_root(std::span<const StatusChange> changes) {
  Bytes entries(changes.size() * StatusChange::kSize);
  for (std::size_t i = 0; i < changes.size(); ++i) {
    encode_to(entries.data() + i * StatusChange::kSize, changes[i]);
  }
  std::vector<Hash> leaves(changes.size());
  crypto::hash_leaves(entries.data(), StatusChange::kSize, leaves.size(), leaves.data());
  return crypto::tree_root(leaves);
}

Bytes encode_list_record(const ListRecord& record) {
  Bytes bytes;
  bytes.reserve(ListRecord::kSize);
  BinaryWriter(bytes).put(record.list).put(record.size).put(record.bits_root);
  return bytes;
}

Result<ListRecord> decode_list_record(ByteView bytes) {
  BinaryReader in(bytes);
  ListRecord record;
  record.list = in.get<std::uint32_t>();
  record.size = in.get<std::uint64_t>();
  record.bits_root = in.get_array<sizeof(Hash)>();
  if (Status status = in.finish("a list record"); !status) return std::move(status).error();
  return record;
}

std::vector<Hash> list_record_hashes(std::span<const ListRecord> records) {
  std::vector<Hash> leaves;
  leaves.reserve(records.size());
  for (const ListRecord& record : records) {
    leaves.push_back(crypto::leaf_hash(encode_list_record(record)));
  }
  return leaves;
}

Result<Hash> status_root(std::span<const ListRecord> records) {
  if (records.empty() || records.front().list != kRegister) {
    return invalid_argument("the first record of a status tree is the register's", "lists");
  }
  for (std::size_t i = 1; i < records.size(); ++i) {
    if (records[i].list <= records[i - 1].list) {
      return invalid_argument("list " + std::to_string(records[i].list) + " follows list " +
                                  std::to_string(records[i - 1].list) + " in a status tree",
                              "lists");
    }
  }
  return crypto::tree_root(list_record_hashes(records));
}

std::optional<ListRecord> find_list(std::span<const ListRecord> records, std::uint32_t list) {
  const auto found =
      std::lower_bound(records.begin(), records.end(), list,
                       [](const ListRecord& record, std::uint32_t l) { return record.list < l; });
  if (found == records.end() || found->list != list) return std::nullopt;
  return *found;
}

}  // namespace kedge::node
