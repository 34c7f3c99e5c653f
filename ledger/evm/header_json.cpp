// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/header_json.hpp"

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/answer_fields.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

constexpr BlockRules kAllRules[] = {BlockRules::plain, BlockRules::qbft, BlockRules::ibft2};

/// The mixHash of every block of IBFT 2.0 and QBFT, which old Besu does not show in JSON.
constexpr std::string_view kBftMixHash = "ctical byzantine fault tolerance";

Bytes read_field(AnswerFields& in, const HeaderField& field) {
  if (field.name == "mixHash" && !in.has(field.name)) {
    return {kBftMixHash.begin(), kBftMixHash.end()};
  }
  if (field.shape == FieldShape::octets) return in.data(field.name, field.size);
  const U256 number = in.u256(field.name);
  const ByteView octets = number.minimal();
  return {octets.begin(), octets.end()};
}

std::optional<HashedHeader> with_hash(const Header& header, const Hash& hash) {
  for (const BlockRules rules : kAllRules) {
    const auto found = block_hash(header, rules);
    if (found && *found == hash) return HashedHeader{header, rules, hash};
  }
  return std::nullopt;
}

}  // namespace

Result<HashedHeader> header_from_block(std::string_view block_json) {
  const auto value = crypto::parse_json(block_json, {.max_bytes = kMaxAnswer, .max_depth = 16});
  if (!value) return value.error();
  Status status;
  AnswerFields in(*value, "", status);
  const Hash hash = in.hash("hash");
  std::vector<Bytes> fields;
  for (const HeaderField& field : kHeaderFields) {
    if (fields.size() >= kMinHeaderFields && !in.has(field.name)) break;
    fields.push_back(read_field(in, field));
  }
  if (!status) return status.error();
  for (; fields.size() >= kMinHeaderFields; fields.pop_back()) {
    const auto header = Header::from_fields(fields);
    if (!header) return header.error();
    if (auto found = with_hash(*header, hash)) return *std::move(found);
  }
  return invalid_argument("the block's fields do not give its hash by any known rules", "hash");
}

Result<HashedHeader> header_from_raw(std::string_view raw_json, const Hash& hash) {
  const auto value = crypto::parse_json(raw_json, {.max_bytes = 4 * kMaxHeader, .max_depth = 1});
  if (!value) return value.error();
  if (!value->is_string()) return invalid_argument("expected a text");
  const auto octets = bytes_from_data(value->get_ref<const std::string&>());
  if (!octets) return octets.error();
  const auto header = Header::parse(*octets);
  if (!header) return header.error();
  if (auto found = with_hash(*header, hash)) return *std::move(found);
  return invalid_argument("the header does not have the block's hash by any known rules");
}

}  // namespace kedge::ledger::evm
