// SPDX-License-Identifier: Apache-2.0
#include "rpc/request_tag.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "crypto/hex.hpp"
#include "crypto/random.hpp"

namespace kedge::rpc {
namespace {

constexpr std::size_t kMaxGiven = 64;
constexpr std::size_t kTraceparent = 55;

std::string random_hex(std::size_t octets) {
  Bytes bytes(octets);
  crypto::random_bytes(bytes);
  return crypto::to_hex(bytes);
}

void append_number(std::string& out, std::uint64_t number, int base) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr;
  out.append(digits.data(), end);
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_hex_and_not_zero(std::string_view text) {
  return is_lower_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

void append_request_id(std::string& out, const RequestTag& tag) {
  static const std::string process = random_hex(4) + "-";
  out.append(process);
  append_number(out, tag.series, 10);
  out.push_back('-');
  append_number(out, tag.number, 16);
}

bool is_request_id(std::string_view text) {
  if (text.empty() || text.size() > kMaxGiven) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-';
  });
}

bool is_traceparent(std::string_view text) {
  if (text.size() != kTraceparent || !text.starts_with("00-")) return false;
  if (text[35] != '-' || text[52] != '-') return false;
  return is_hex_and_not_zero(text.substr(3, 32)) && is_hex_and_not_zero(text.substr(36, 16)) &&
         is_lower_hex(text.substr(53));
}

std::string new_traceparent() {
  std::string out;
  // Sampled: whoever keeps traces shall keep this one. Random octets may all be zero.
  while (!is_traceparent(out)) out = "00-" + random_hex(16) + "-" + random_hex(8) + "-01";
  return out;
}

}  // namespace kedge::rpc
