// SPDX-License-Identifier: Apache-2.0
#include "config/listen_address.hpp"

#include <array>
#include <charconv>
#include <utility>

#include <arpa/inet.h>

namespace kedge::config {
namespace {

bool is_address(int family, const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  return inet_pton(family, text.c_str(), parsed.data()) == 1;
}

}  // namespace

Result<ListenAddress> parse_listen_address(std::string_view text) {
  const Error refused = invalid_argument(
      "expected an address and a port, such as 127.0.0.1:7410 or [::1]:7410, found \"" +
      std::string(text) + "\"");
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return refused;

  std::string host(text.substr(0, colon));
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1";
  if (!is_address(bracketed ? AF_INET6 : AF_INET, host)) return refused;

  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc() || digits.empty() || rest != digits.data() + digits.size()) {
    return refused;
  }
  return ListenAddress{std::move(host), port};
}

}  // namespace kedge::config
