// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_address.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "rpc/field_text.hpp"

namespace kedge::rpc {
namespace {

using boost::asio::ip::address;

/// More proxies do not stand between a client and a node.
constexpr std::size_t kMaxHops = 32;

address unmapped(const address& given) {
  if (!given.is_v6() || !given.to_v6().is_v4_mapped()) return given;
  const auto octets = given.to_v6().to_bytes();
  return boost::asio::ip::address_v4({octets[12], octets[13], octets[14], octets[15]});
}

std::vector<std::uint8_t> octets_of(const address& given) {
  if (given.is_v4()) {
    const auto octets = given.to_v4().to_bytes();
    return {octets.begin(), octets.end()};
  }
  const auto octets = given.to_v6().to_bytes();
  return {octets.begin(), octets.end()};
}

/// The octet `index` of a mask of `bits` ones.
std::uint8_t mask_octet(unsigned bits, std::size_t index) {
  const unsigned before = static_cast<unsigned>(index) * 8;
  const unsigned ones = bits <= before ? 0 : std::min(bits - before, 8U);
  return static_cast<std::uint8_t>(0xff00U >> ones);
}

std::optional<unsigned> read_number(std::string_view text, unsigned max) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number > max) return std::nullopt;
  return number;
}

/// `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:80`.
std::optional<address> read_address(std::string_view text) {
  std::string_view host = text;
  std::string_view port;
  bool has_port = false;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view rest = host.substr(end + 1);
    has_port = rest.starts_with(':');
    if (!rest.empty() && !has_port) return std::nullopt;
    if (has_port) port = rest.substr(1);
    host = host.substr(1, end - 1);
    if (host.find(':') == std::string_view::npos) return std::nullopt;
  } else if (std::count(host.begin(), host.end(), ':') == 1) {
    has_port = true;
    port = host.substr(host.find(':') + 1);
    host = host.substr(0, host.find(':'));
  }
  if (has_port && !read_number(port, 65535)) return std::nullopt;
  // A scope (`%eth0`) says something about the proxy's own machine.
  if (host.find('%') != std::string_view::npos) return std::nullopt;
  boost::system::error_code error;
  const address read = boost::asio::ip::make_address(std::string(host), error);
  if (error) return std::nullopt;
  return read;
}

/// Splits at `separator`; where there are quoted strings (RFC 9110 section 5.6.4), not inside of
/// them.
std::vector<std::string_view> split(std::string_view text, char separator, bool quotes) {
  std::vector<std::string_view> parts;
  std::size_t begin = 0;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (quotes && text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == separator) {
      parts.push_back(trim_ows(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  parts.push_back(trim_ows(text.substr(std::min(begin, text.size()))));
  return parts;
}

/// The address of `for=...` in one element of Forwarded (RFC 7239 section 4).
std::optional<address> read_element(std::string_view element) {
  std::optional<address> found;
  for (const std::string_view pair : split(element, ';', true)) {
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos ||
        !same_without_case(trim_ows(pair.substr(0, equals)), "for")) {
      continue;
    }
    if (found) return std::nullopt;
    std::string_view value = trim_ows(pair.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    found = read_address(value);
    if (!found) return std::nullopt;
  }
  return found;
}

std::optional<address> read_hop(std::string_view hop, ForwardedField field) {
  return field == ForwardedField::forwarded ? read_element(hop) : read_address(hop);
}

}  // namespace

std::string_view field_name(ForwardedField field) {
  return field == ForwardedField::forwarded ? "Forwarded" : "X-Forwarded-For";
}

std::uint64_t client_key(const address& given) {
  // IPv4 addresses stand in ffff::/16, where no IPv6 client can be (RFC 4291 section 2.7).
  constexpr std::uint64_t kMulticast = std::uint64_t{0xffff} << 48;
  const address client = unmapped(given);
  if (client.is_v4()) return kMulticast | client.to_v4().to_uint();
  const auto octets = client.to_v6().to_bytes();
  std::uint64_t key = 0;
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | octets[i];
  return key;
}

Result<NetworkList> NetworkList::parse(std::span<const std::string> networks) {
  NetworkList list;
  for (const std::string& text : networks) {
    const Error refused = invalid_argument(
        "expected a network such as 10.0.0.0/8 or 2001:db8::/32, found \"" + text + "\"");
    const std::size_t slash = text.find('/');
    boost::system::error_code error;
    const address first = boost::asio::ip::make_address(text.substr(0, slash), error);
    if (error || text.find('%') != std::string::npos) return refused;
    const unsigned longest = first.is_v4() ? 32 : 128;
    const auto bits = slash == std::string::npos
                          ? std::optional(longest)
                          : read_number(std::string_view(text).substr(slash + 1), longest);
    if (!bits) return refused;
    const auto octets = octets_of(first);
    for (std::size_t i = 0; i < octets.size(); ++i) {
      if ((octets[i] & ~mask_octet(*bits, i) & 0xff) != 0) return refused;
    }
    list.networks_.push_back({first, *bits});
  }
  return list;
}

bool NetworkList::contains(const address& given) const {
  if (networks_.empty()) return false;
  const address client = unmapped(given);
  const auto octets = octets_of(client);
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    if (network.first.is_v4() != client.is_v4()) return false;
    const auto first = octets_of(network.first);
    for (std::size_t i = 0; i < octets.size(); ++i) {
      if (((octets[i] ^ first[i]) & mask_octet(network.bits, i)) != 0) return false;
    }
    return true;
  });
}

address client_behind(const address& peer, const HeaderList& headers, const ProxyOptions& proxies) {
  if (!proxies.trusted.contains(peer)) return peer;
  const std::string_view name = field_name(proxies.field);
  address client = peer;
  std::size_t hops = 0;
  // Several fields of one name are one list (RFC 9110 section 5.3): the last one is the right-most.
  for (auto header = headers.rbegin(); header != headers.rend(); ++header) {
    if (!same_without_case(header->first, name)) continue;
    // X-Forwarded-For knows no quotes: a client that sends one must not hide what a proxy appends.
    const bool quotes = proxies.field == ForwardedField::forwarded;
    const std::vector<std::string_view> list = split(header->second, ',', quotes);
    for (auto hop = list.rbegin(); hop != list.rend(); ++hop) {
      if (hop->empty()) continue;
      const auto next = read_hop(*hop, proxies.field);
      if (!next || ++hops > kMaxHops) return client;
      client = *next;
      if (!proxies.trusted.contains(client)) return client;
    }
  }
  return client;
}

}  // namespace kedge::rpc
