// SPDX-License-Identifier: Apache-2.0
#include "config/network_range.hpp"

#include <array>
#include <charconv>
#include <string>

#include <arpa/inet.h>

namespace kedge::config {

bool is_network_range(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  const bool v6 = address.find(':') != std::string::npos;
  std::array<unsigned char, sizeof(in6_addr)> octets{};
  if (inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), octets.data()) != 1) return false;
  if (slash == std::string_view::npos) return true;

  const std::size_t size = v6 ? sizeof(in6_addr) : sizeof(in_addr);
  const std::string_view digits = text.substr(slash + 1);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
  if (error != std::errc() || end != digits.data() + digits.size() || bits > size * 8) return false;
  for (std::size_t bit = bits; bit < size * 8; ++bit) {
    if ((octets[bit / 8] & (0x80U >> (bit % 8))) != 0) return false;
  }
  return true;
}

}  // namespace kedge::config
