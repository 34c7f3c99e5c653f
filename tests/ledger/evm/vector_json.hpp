// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/quantity.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::ledger::evm::test {

inline nlohmann::json load_json(const std::filesystem::path& file) {
  auto parsed = crypto::parse_json(kedge::test::read_file(file));
  if (!parsed) throw std::runtime_error(file.string() + ": " + parsed.error().message);
  return *std::move(parsed);
}

/// Octets of the official vectors, whose hex has either case and not always a prefix.
inline Bytes octets(std::string text) {
  if (!text.starts_with("0x")) text.insert(0, "0x");
  for (char& c : text) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  const auto bytes = bytes_from_data(text);
  if (!bytes) throw std::runtime_error("not hex: " + text);
  return *bytes;
}

}  // namespace kedge::ledger::evm::test
