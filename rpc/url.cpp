// SPDX-License-Identifier: Apache-2.0
#include "rpc/url.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace kedge::rpc {
namespace {

struct Scheme {
  std::string_view name;
  std::uint16_t port;
};
constexpr std::array<Scheme, 4> kSchemes{{{"http", 80}, {"https", 443}, {"ws", 80}, {"wss", 443}}};

Error refused() {
  return invalid_argument(
      "expected http[s]://[user:password@]host[:port][/path] in printable ASCII", "url");
}

bool plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '.' || c == '_';
}

std::uint16_t default_port(std::string_view scheme) {
  const auto* known = std::find_if(kSchemes.begin(), kSchemes.end(),
                                   [&](const Scheme& entry) { return entry.name == scheme; });
  return known == kSchemes.end() ? 0 : known->port;
}

/// nullopt on a broken escape.
std::optional<std::string> unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    if (text.front() != '%') {
      out += text.front();
      text.remove_prefix(1);
      continue;
    }
    unsigned octet = 0;
    if (text.size() < 3) return std::nullopt;
    const auto [stop, error] = std::from_chars(text.data() + 1, text.data() + 3, octet, 16);
    if (error != std::errc() || stop != text.data() + 3) return std::nullopt;
    out += static_cast<char>(octet);
    text.remove_prefix(3);
  }
  return out;
}

/// Takes the host off the front; false if there is none.
bool take_host(std::string_view& authority, std::string& host) {
  if (authority.starts_with('[')) {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) return false;
    host = authority.substr(1, end - 1);
    authority.remove_prefix(end + 1);
    return !host.empty() && std::ranges::all_of(host, [](char c) { return plain(c) || c == ':'; });
  }
  const std::size_t colon = std::min(authority.find(':'), authority.size());
  host = authority.substr(0, colon);
  authority.remove_prefix(colon);
  return !host.empty() && std::ranges::all_of(host, plain);
}

}  // namespace

std::string Url::authority() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != default_port(scheme)) out += ":" + std::to_string(port);
  return out;
}

Result<Url> parse_url(std::string_view text) {
  const bool printable =
      std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~' && c != '#'; });
  const std::size_t colon = text.find("://");
  if (!printable || colon == std::string_view::npos) return refused();
  Url url;
  url.scheme = text.substr(0, colon);
  url.port = default_port(url.scheme);
  if (url.port == 0) return refused();

  std::string_view rest = text.substr(colon + 3);
  const std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
  if (slash != rest.size()) url.path = rest.substr(slash);
  if (url.path.starts_with('?')) url.path.insert(0, "/");
  std::string_view authority = rest.substr(0, slash);
  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) {
    const auto user_info = unescape(authority.substr(0, at));
    if (!user_info || user_info->empty()) return refused();
    url.user_info = *user_info;
    authority.remove_prefix(at + 1);
  }
  if (!take_host(authority, url.host)) return refused();
  if (authority.empty()) return url;
  const char* end = authority.data() + authority.size();
  const auto [stop, error] = std::from_chars(authority.data() + 1, end, url.port);
  if (authority.front() != ':' || error != std::errc() || stop != end || url.port == 0) {
    return refused();
  }
  return url;
}

}  // namespace kedge::rpc
