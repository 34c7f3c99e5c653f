// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/eth_json.hpp"

#include <algorithm>

#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {

JsonObject::JsonObject(std::string_view text, std::string_view what) : what_(what) {
  if (rpc::kind_of(text) == rpc::JsonKind::object) {
    members_ = rpc::object_members(text);
  } else {
    status_ = Error{Errc::unavailable, what_ + ": expected an object"};
  }
}

void JsonObject::fail(std::string_view name, std::string_view expected) {
  if (!status_) return;
  status_ = Error{Errc::unavailable,
                  what_ + ": " + std::string(name) + ": expected " + std::string(expected)};
}

const rpc::Member* JsonObject::find(std::string_view name) const {
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const rpc::Member& member) { return member.name == name; });
  return found == members_.end() ? nullptr : &*found;
}

bool JsonObject::has(std::string_view name) const {
  const rpc::Member* member = find(name);
  return member != nullptr && rpc::kind_of(member->value) != rpc::JsonKind::null;
}

bool JsonObject::is_true(std::string_view name) const {
  const rpc::Member* member = find(name);
  return member != nullptr && rpc::trim_json(member->value) == "true";
}

std::string JsonObject::string(std::string_view name) {
  const rpc::Member* member = find(name);
  if (member != nullptr && rpc::kind_of(member->value) == rpc::JsonKind::string) {
    return rpc::string_value(member->value);
  }
  fail(name, "a string");
  return {};
}

std::uint64_t JsonObject::u64(std::string_view name) {
  const auto value = u64_from_quantity(string(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : 0;
}

U256 JsonObject::u256(std::string_view name) {
  const auto value = u256_from_quantity(string(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : U256();
}

Hash JsonObject::hash(std::string_view name) {
  const auto value = hash_from_data(string(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : Hash{};
}

Address JsonObject::address(std::string_view name) {
  const auto value = parse_address(string(name));
  if (!value) fail(name, value.error().message);
  return value ? *value : Address{};
}

Bytes JsonObject::data(std::string_view name) {
  auto value = bytes_from_data(string(name));
  if (!value) fail(name, value.error().message);
  return value ? *std::move(value) : Bytes();
}

bool JsonObject::flag(std::string_view name) {
  const std::uint64_t value = u64(name);
  if (value > 1) fail(name, "0x0 or 0x1");
  return value == 1;
}

std::vector<std::string_view> JsonObject::array(std::string_view name) {
  const rpc::Member* member = find(name);
  if (member != nullptr && rpc::kind_of(member->value) == rpc::JsonKind::array) {
    return rpc::array_elements(member->value);
  }
  fail(name, "an array");
  return {};
}

}  // namespace kedge::ledger::evm
