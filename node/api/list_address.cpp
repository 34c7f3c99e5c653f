// SPDX-License-Identifier: Apache-2.0
#include "node/api/list_address.hpp"

#include <charconv>
#include <vector>

#include "crypto/hex.hpp"
#include "rpc/http.hpp"

namespace kedge::node::api {
namespace {

constexpr std::string_view kOwn = "/status/";
constexpr std::string_view kProxied = "/trusted-issuers-registry/v5/issuers/";

std::vector<std::string_view> segments(std::string_view path) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t slash = path.find('/');
    out.push_back(path.substr(0, slash));
    if (slash == path.npos) return out;
    path.remove_prefix(slash + 1);
  }
}

/// In the form that the addresses are written in: no sign, no leading zero; the register (0) is
/// not published.
std::optional<std::uint32_t> list_number(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (text.starts_with('0')) return std::nullopt;
  return number;
}

std::optional<ListAddress> parse_below_list(ListAddress address,
                                            const std::vector<std::string_view>& parts) {
  const bool ebsi = parts.size() == 4 && parts[2] == "statuslist2021";
  if (parts.size() != 3 && !ebsi) return std::nullopt;
  if (parts.back() == "token" && !ebsi) {
    address.form = ListForm::token;
    return address;
  }
  const auto purpose = purpose_from_name(parts.back());
  if (!purpose) return std::nullopt;
  address.form = ebsi ? ListForm::status_list_2021 : ListForm::bitstring;
  address.purpose = *purpose;
  return address;
}

}  // namespace

std::optional<ListAddress> parse_list_address(std::string_view path) {
  if (!path.starts_with(kOwn)) return std::nullopt;
  const auto parts = segments(path.substr(kOwn.size()));
  const auto hash = crypto::hash_from_hex(parts[0]);
  if (!hash || parts.size() < 2) return std::nullopt;
  ListAddress address{.issuer_hash = *hash};
  if (parts.size() == 2 && (parts[1] == "token" || parts[1] == "key")) {
    address.form = parts[1] == "token" ? ListForm::aggregation : ListForm::key;
    return address;
  }
  const auto list = list_number(parts[1]);
  if (!list) return std::nullopt;
  address.list = *list;
  return parse_below_list(address, parts);
}

std::optional<ProxiedListAddress> parse_proxied_list_address(std::string_view path) {
  if (!path.starts_with(kProxied)) return std::nullopt;
  const auto parts = segments(path.substr(kProxied.size()));
  if ((parts.size() != 6 && parts.size() != 7) || parts[1] != "proxies" || parts[2].empty() ||
      parts[3] != "credentials" || parts[4] != "status") {
    return std::nullopt;
  }
  const auto list = list_number(parts[5]);
  // A DID may be percent-encoded in a path; the decoder of queries knows the same escapes.
  const auto decoded = rpc::parse_query("did=" + std::string(parts[0]));
  if (!list || !decoded || decoded->size() != 1) return std::nullopt;
  ProxiedListAddress address{.issuer = decoded->front().second, .list = *list};
  if (parts.size() == 7) {
    const auto purpose = purpose_from_name(parts[6]);
    if (!purpose) return std::nullopt;
    address.purpose = *purpose;
  }
  return address;
}

}  // namespace kedge::node::api
