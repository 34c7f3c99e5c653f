// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ledger/evm/quantity.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::ledger::evm::test {

inline nlohmann::json json_file(const std::filesystem::path& path) {
  return nlohmann::json::parse(kedge::test::read_file(path));
}

/// Octets after `0x`.
inline Bytes data_of(const nlohmann::json& text) {
  return bytes_from_data(text.get<std::string>()).has_value()
             ? *bytes_from_data(text.get<std::string>())
             : throw std::runtime_error("not octets: " + text.dump());
}

inline std::vector<Bytes> data_list(const nlohmann::json& list) {
  std::vector<Bytes> out;
  for (const auto& text : list) out.push_back(data_of(text));
  return out;
}

inline Hash hash_of(const nlohmann::json& text) {
  Hash out{};
  const Bytes octets = data_of(text);
  if (octets.size() != out.size()) throw std::runtime_error("not 32 octets: " + text.dump());
  std::copy(octets.begin(), octets.end(), out.begin());
  return out;
}

inline Address address_in(const nlohmann::json& text) {
  Address out{};
  const Bytes octets = data_of(text);
  if (octets.size() != out.size()) throw std::runtime_error("not 20 octets: " + text.dump());
  std::copy(octets.begin(), octets.end(), out.begin());
  return out;
}

inline std::vector<Address> address_list(const nlohmann::json& list) {
  std::vector<Address> out;
  for (const auto& text : list) out.push_back(address_in(text));
  return out;
}

}  // namespace kedge::ledger::evm::test
