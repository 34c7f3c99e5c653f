// SPDX-License-Identifier: Apache-2.0
#include "config/key_kinds.hpp"
#include "config/keys.hpp"
#include "config/listen_address.hpp"
#include "config/network_range.hpp"

namespace kedge::config {
namespace {

bool is_path_or_empty(std::string_view text) {
  return text.empty() || kinds::is_one_line(text);
}

bool is_listen_address_or_empty(std::string_view text) {
  return text.empty() || parse_listen_address(text).has_value();
}

/// `scheme://host[:port]`, as browsers send it.
bool is_origin(std::string_view text) {
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) return false;
  const std::string_view host = text.substr(secure ? 8 : 7);
  return kinds::is_one_line(host) && host.find_first_of("/?#@ \"\\") == std::string_view::npos;
}

}  // namespace

std::vector<Key<Settings>> network_keys() {
  using namespace kinds;
  using S = Settings;
  constexpr std::uint64_t kMaxRate = 1'000'000'000;
  constexpr std::string_view kNetworks =
      "a list of networks such as 10.0.0.0/8, 2001:db8::/32 or 192.0.2.7";
  return {
      text<S>(
          "rpc.tls_certificate", [](auto& s) -> auto& { return s.network.tls_certificate; },
          is_path_or_empty, "a path, or nothing",
          "PEM file: the node's certificate, then those that lead to its authority. With it the "
          "node "
          "speaks HTTPS only."),
      text<S>(
          "rpc.tls_key", [](auto& s) -> auto& { return s.network.tls_key; }, is_path_or_empty,
          "a path, or nothing",
          "PEM file: its key, readable for the owner alone. SIGHUP reads both anew."),
      text<S>(
          "rpc.admin_listen", [](auto& s) -> auto& { return s.network.admin_listen; },
          is_listen_address_or_empty, "a numeric address and a port, or nothing",
          "Where what is for operators is served, and nowhere else then; nothing means "
          "rpc.listen."),
      list<S>(
          "rpc.trusted_proxies", [](auto& s) -> auto& { return s.network.trusted_proxies; },
          is_network_range, kNetworks,
          "Proxies before the node: who their clients are is taken from rpc.proxy_field."),
      choice<S>(
          "rpc.proxy_field", [](auto& s) -> auto& { return s.network.proxy_field; },
          {"X-Forwarded-For", "Forwarded"},
          "The field in which they say it; they must overwrite it or append to it."),
      list<S>(
          "rpc.allowed_origins", [](auto& s) -> auto& { return s.network.allowed_origins; },
          is_origin, "a list of origins such as https://app.example.edu",
          "Web pages whose scripts may open WebSockets, besides those of the node's own host."),
      integer<S>(
          "rpc.max_streams", [](auto& s) -> auto& { return s.network.max_streams; }, 0, 100'000,
          "WebSockets and event streams held at once; they are connections, too."),
      integer<S>(
          "rpc.max_subscriptions", [](auto& s) -> auto& { return s.network.max_subscriptions; }, 1,
          1000, "Topics that one of them may subscribe to."),
      duration<S>(
          "rpc.drain_delay", [](auto& s) -> auto& { return s.network.drain_delay; },
          std::chrono::milliseconds(0), std::chrono::minutes(5),
          "How long a node that was told to end goes on serving while /readyz already says 503, so "
          "that a load balancer sends nobody to it any more."),
      integer<S>(
          "rate.client", [](auto& s) -> auto& { return s.rate.client; }, 0, kMaxRate,
          "Items a second for one IPv4 address or IPv6 /64 network without credentials; 0 means no "
          "limit."),
      integer<S>(
          "rate.client_burst", [](auto& s) -> auto& { return s.rate.client_burst; }, 1, kMaxRate,
          "Items that it may ask for at once."),
      integer<S>(
          "rate.token", [](auto& s) -> auto& { return s.rate.token; }, 0, kMaxRate,
          "Items a second for the holder of one token, from wherever; 0 means no limit."),
      integer<S>(
          "rate.token_burst", [](auto& s) -> auto& { return s.rate.token_burst; }, 1, kMaxRate,
          "Items that it may ask for at once."),
      list<S>(
          "rate.exempt", [](auto& s) -> auto& { return s.rate.exempt; }, is_network_range,
          kNetworks, "Networks that are not limited at all."),
  };
}

}  // namespace kedge::config
