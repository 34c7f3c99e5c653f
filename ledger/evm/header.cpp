// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/header.hpp"

#include <algorithm>
#include <string>

#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

/// Positions in kHeaderFields.
enum Position : std::size_t {
  kParentHash = 0,
  kMiner = 2,
  kStateRoot = 3,
  kReceiptsRoot = 5,
  kNumber = 8,
  kTimestamp = 11,
  kExtraData = 12,
};
static_assert(kHeaderFields[kMiner].name == "miner" &&
              kHeaderFields[kStateRoot].name == "stateRoot" &&
              kHeaderFields[kReceiptsRoot].name == "receiptsRoot" &&
              kHeaderFields[kNumber].name == "number" &&
              kHeaderFields[kTimestamp].name == "timestamp" &&
              kHeaderFields[kExtraData].name == "extraData");

constexpr rlp::Limits kHeaderLimits{
    .max_bytes = kMaxHeader, .max_depth = 1, .max_items = kMaxHeaderFields + 1};

Status check_field(std::size_t position, ByteView octets) {
  const HeaderField& field = kHeaderFields[position];
  const std::string name(field.name);
  if (field.shape == FieldShape::number) {
    if (octets.size() > field.size) {
      return invalid_argument(
          "expected a number of at most " + std::to_string(field.size) + " octets", name);
    }
    if (!octets.empty() && octets[0] == 0) {
      return invalid_argument("expected a number without leading zeros", name);
    }
    return {};
  }
  if (position == kExtraData ? octets.size() <= field.size : octets.size() == field.size) return {};
  return invalid_argument("expected " + std::to_string(field.size) + " octets", name);
}

template <std::size_t N>
std::array<std::uint8_t, N> fixed(const Bytes& field) {
  std::array<std::uint8_t, N> out;
  std::copy_n(field.begin(), N, out.begin());
  return out;
}

std::uint64_t number_of(const Bytes& field) {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : field) value = (value << 8) | octet;
  return value;
}

}  // namespace

Result<Header> Header::parse(ByteView encoded) {
  const auto list = rlp::decode(encoded, kHeaderLimits);
  if (!list) return list.error();
  if (!list->is_list()) return invalid_argument("a header is a list");
  std::vector<Bytes> fields;
  for (const rlp::Item& item : list->elements()) {
    if (item.is_list()) return invalid_argument("a field of a header is a list");
    fields.emplace_back(item.payload().begin(), item.payload().end());
  }
  return from_fields(std::move(fields));
}

Result<Header> Header::from_fields(std::vector<Bytes> fields) {
  if (fields.size() < kMinHeaderFields || fields.size() > kMaxHeaderFields) {
    return invalid_argument("a header has 15 to 21 fields, found " + std::to_string(fields.size()));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (const Status checked = check_field(i, fields[i]); !checked) return checked.error();
  }
  return Header(std::move(fields));
}

Bytes Header::encode_with(ByteView extra_data) const {
  rlp::Writer out;
  out.open_list();
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    out.bytes(i == kExtraData ? extra_data : ByteView(fields_[i]));
  }
  return out.close_list().take();
}

Hash Header::parent_hash() const {
  return fixed<32>(fields_[kParentHash]);
}

Address Header::miner() const {
  return fixed<20>(fields_[kMiner]);
}

Hash Header::state_root() const {
  return fixed<32>(fields_[kStateRoot]);
}

Hash Header::receipts_root() const {
  return fixed<32>(fields_[kReceiptsRoot]);
}

std::uint64_t Header::number() const {
  return number_of(fields_[kNumber]);
}

std::uint64_t Header::timestamp() const {
  return number_of(fields_[kTimestamp]);
}

ByteView Header::extra_data() const {
  return fields_[kExtraData];
}

}  // namespace kedge::ledger::evm
