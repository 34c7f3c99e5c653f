// SPDX-License-Identifier: Apache-2.0
#include "config/insecure.hpp"

#include <algorithm>
#include <string_view>

#include "config/listen_address.hpp"

namespace kedge::config {
namespace {

bool is_loopback(std::string_view host) {
  return host.starts_with("127.") || host == "::1" || host.starts_with("::ffff:127.");
}

/// Whether others than this machine can connect.
bool is_reachable(std::string_view listen) {
  const auto address = parse_listen_address(listen);
  return address && !is_loopback(address->host);
}

bool has_everybody(const std::vector<std::string>& networks) {
  return std::any_of(networks.begin(), networks.end(),
                     [](std::string_view network) { return network.ends_with("/0"); });
}

}  // namespace

std::vector<Problem> insecure_combinations(const Settings& settings) {
  std::vector<Problem> out;
  const NetworkSettings& network = settings.network;
  const bool tls = !network.tls_certificate.empty();
  const bool reachable = is_reachable(settings.rpc.listen);
  const bool admin_reachable = !network.admin_listen.empty() && is_reachable(network.admin_listen);
  constexpr std::string_view kInTheOpen =
      "can be reached from other machines without TLS: tokens and answers would cross the network "
      "in the open; set rpc.tls_certificate and rpc.tls_key, or listen on 127.0.0.1 behind a proxy "
      "that has TLS";
  if (reachable && !tls) out.push_back({"rpc.listen", std::string(kInTheOpen), 0});
  if (admin_reachable && !tls) out.push_back({"rpc.admin_listen", std::string(kInTheOpen), 0});
  if (has_everybody(network.trusted_proxies)) {
    out.push_back({"rpc.trusted_proxies",
                   "trusts everybody: each client would say itself which address it has", 0});
  }
  if (has_everybody(settings.rate.exempt) && (reachable || admin_reachable)) {
    out.push_back({"rate.exempt", "exempts everybody: no client would be limited", 0});
  }
  if (settings.rate.client == 0 && reachable) {
    out.push_back({"rate.client", "is no limit: any client could keep all others out", 0});
  }
  if (!settings.access.record && (reachable || admin_reachable)) {
    out.push_back({"access.record", "is off: nobody could say later who wrote what", 0});
  }
  return out;
}

}  // namespace kedge::config
