// SPDX-License-Identifier: Apache-2.0
#include "node/app/server_options.hpp"

#include <algorithm>
#include <thread>

#include "config/listen_address.hpp"

namespace kedge::node {
namespace {

rpc::Limits limits_of(const config::RpcSettings& settings, const config::NetworkSettings& network) {
  rpc::Limits limits;
  limits.max_body_bytes = settings.max_body;
  limits.max_batch_entries = settings.max_batch;
  limits.max_connections = settings.max_connections;
  limits.max_connections_per_address = settings.max_connections_per_address;
  limits.max_queued_jobs = settings.max_queue;
  limits.header_timeout = settings.header_timeout;
  limits.body_timeout = settings.body_timeout;
  limits.idle_timeout = settings.idle_timeout;
  limits.write_timeout = settings.write_timeout;
  limits.max_streams = network.max_streams;
  limits.max_subscriptions = network.max_subscriptions;
  return limits;
}

Result<rpc::NetworkList> networks_of(const std::vector<std::string>& ranges, const char* key) {
  auto list = rpc::NetworkList::parse(ranges);
  if (!list) return invalid_argument(list.error().message, key);
  return list;
}

Result<rpc::RateOptions> rates_of(const config::Settings& settings) {
  rpc::RateOptions rates;
  rates.client = {settings.rate.client, settings.rate.client_burst};
  rates.token = {settings.rate.token, settings.rate.token_burst};
  auto exempt = networks_of(settings.rate.exempt, "rate.exempt");
  if (!exempt) return std::move(exempt).error();
  rates.exempt = *std::move(exempt);
  auto proxies = networks_of(settings.network.trusted_proxies, "rpc.trusted_proxies");
  if (!proxies) return std::move(proxies).error();
  rates.proxies.trusted = *std::move(proxies);
  rates.proxies.field = settings.network.proxy_field == "Forwarded"
                            ? rpc::ForwardedField::forwarded
                            : rpc::ForwardedField::x_forwarded_for;
  return rates;
}

}  // namespace

Result<rpc::ServerOptions> server_options(const config::Settings& settings) {
  rpc::ServerOptions options;
  const auto listen = config::parse_listen_address(settings.rpc.listen);
  if (!listen) return invalid_argument(listen.error().message, "rpc.listen");
  options.address = listen->host;
  options.port = listen->port;
  options.io_threads = settings.rpc.io_threads;
  options.worker_threads = settings.rpc.worker_threads != 0
                               ? settings.rpc.worker_threads
                               : std::max(2U, std::thread::hardware_concurrency());
  if (!settings.network.admin_listen.empty()) {
    const auto admin = config::parse_listen_address(settings.network.admin_listen);
    if (!admin) return invalid_argument(admin.error().message, "rpc.admin_listen");
    options.admin = rpc::ListenAt{admin->host, admin->port};
  }
  options.limits = limits_of(settings.rpc, settings.network);
  options.allowed_origins = settings.network.allowed_origins;
  auto rates = rates_of(settings);
  if (!rates) return std::move(rates).error();
  options.rates = *std::move(rates);
  return options;
}

}  // namespace kedge::node
