// SPDX-License-Identifier: Apache-2.0
#include "node/proof/json_parts.hpp"

#include <charconv>

#include "crypto/hex.hpp"

namespace kedge::node {

void append_integer(std::string& out, std::uint64_t value) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), value);
  out.append(std::begin(digits), end.ptr);
}

void append_quoted_hex(std::string& out, ByteView bytes) {
  out += '"';
  crypto::append_hex(out, bytes);
  out += '"';
}

void append_hashes(std::string& out, std::span<const Hash> hashes) {
  out += '[';
  for (const Hash& hash : hashes) {
    append_quoted_hex(out, hash);
    out += ',';
  }
  if (!hashes.empty()) out.pop_back();
  out += ']';
}

void append_json_array(std::string& out, std::span<const std::string> elements) {
  out += '[';
  for (const std::string& element : elements) {
    out += element;
    out += ',';
  }
  if (!elements.empty()) out.pop_back();
  out += ']';
}

}  // namespace kedge::node
