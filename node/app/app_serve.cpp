// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <thread>

#include "config/data_dir.hpp"
#include "config/listen_address.hpp"
#include "node/api/cookie_authorizer.hpp"
#include "node/api/methods.hpp"
#include "node/api/routes.hpp"
#include "node/app/app.hpp"
#include "node/app/open_files.hpp"

/// The half of the node that faces the network.
namespace kedge::node {
namespace {

rpc::ServerOptions server_options(const config::Settings& settings,
                                  const config::ListenAddress& listen) {
  rpc::ServerOptions options;
  options.address = listen.host == "localhost" ? "127.0.0.1" : listen.host;
  options.port = listen.port;
  options.io_threads = settings.rpc.io_threads;
  options.worker_threads = settings.rpc.worker_threads != 0
                               ? settings.rpc.worker_threads
                               : std::max(2U, std::thread::hardware_concurrency());
  options.limits.max_body_bytes = settings.rpc.max_body;
  options.limits.max_batch_entries = settings.rpc.max_batch;
  options.limits.max_connections = settings.rpc.max_connections;
  options.limits.max_connections_per_address = settings.rpc.max_connections_per_address;
  options.limits.max_queued_jobs = settings.rpc.max_queue;
  options.limits.header_timeout = settings.rpc.header_timeout;
  options.limits.body_timeout = settings.rpc.body_timeout;
  options.limits.idle_timeout = settings.rpc.idle_timeout;
  options.limits.write_timeout = settings.rpc.write_timeout;
  return options;
}

std::string url_of(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// Where a program on this machine reaches what listens there: "any address" is none to connect to.
std::string local_url(std::string host, std::uint16_t port) {
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  return url_of(host, port);
}

/// What credentials are told to name; nothing where the port is another one after each start.
std::string status_base_url(const config::Settings& settings, const config::ListenAddress& listen) {
  if (!settings.status.base_url.empty()) return settings.status.base_url;
  return listen.port == 0 ? std::string() : local_url(listen.host, listen.port);
}

}  // namespace

Status App::serve() {
  const auto listen = config::parse_listen_address(settings_.rpc.listen);
  if (!listen) return listen.error();
  const config::DataDir dir(settings_.data_dir);

  ProverOptions proving;
  for (const auto& ledger : ledgers_) proving.ledgers.push_back(ledger->name());
  proving.on_corrupt = [this](std::string_view reason) {
    log_.write(NodeLog::Level::error, "a proof was refused: stored data contradict themselves",
               {{"reason", std::string(reason)}, {"do", "run kedge fsck"}});
  };
  prover_.emplace(*log_key_, std::move(proving));

  std::vector<LedgerService> ledgers;
  for (std::size_t i = 0; i < ledgers_.size(); ++i) {
    ledgers.push_back({.name = ledgers_[i]->name(),
                       .kind = std::string(ledgers_[i]->kind()),
                       .capabilities = ledgers_[i]->capabilities(),
                       .anchorer = anchorers_[i].get()});
  }
  services_.emplace(Services{.store = *store_,
                             .sequencer = *sequencer_,
                             .progress = *progress_,
                             .prover = *prover_,
                             .clock = clock_,
                             .log_key = *log_key_,
                             .ledgers = std::move(ledgers),
                             .version = KEDGE_VERSION,
                             .lists = list_service(),
                             .status = {.base_url = status_base_url(settings_, *listen),
                                        .ebsi_proxies = settings_.status.ebsi_proxies}});
  register_methods(methods_, *services_);

  auto cookie = CookieFile::create(dir.cookie());
  if (!cookie) return std::move(cookie).error();
  cookie_.emplace(std::move(*cookie));
  if (options_.authorizer) {
    authorizer_ = options_.authorizer(cookie_->secret());
  } else {
    authorizer_ = std::make_unique<CookieAuthorizer>(cookie_->secret(), settings_.issuer);
  }

  rpc::ServerOptions options = server_options(settings_, *listen);
  const std::size_t connections = connections_within(
      raise_open_files(), settings_.store.max_open_files, options.limits.max_connections);
  if (connections < options.limits.max_connections) {
    log_.warning("fewer connections than configured: the process may open too few files",
                 {{"connections", std::to_string(connections)}});
    options.limits.max_connections = connections;
  }
  auto server = rpc::Server::start(std::move(options), methods_, make_routes(*services_),
                                   *authorizer_, observer_);
  if (!server) return std::move(server).error();
  server_ = std::move(*server);

  auto address = AddressFile::create(dir.address(), local_url(listen->host, server_->port()));
  if (!address) return std::move(address).error();
  address_.emplace(std::move(*address));
  start_publishing(local_url(listen->host, server_->port()));
  return {};
}

ListService App::list_service() {
  ListService lists;
  lists.ttl_ms = static_cast<std::uint64_t>(settings_.status.ttl.count());
  lists.signers = [this](const IssuerRow& issuer) { return list_keys_.of(issuer.name); };
  return lists;
}

std::string App::url() const {
  const auto listen = config::parse_listen_address(settings_.rpc.listen);
  const std::string host = listen ? listen->host : settings_.rpc.listen;
  return url_of(host, server_ ? server_->port() : 0);
}

void App::stop() {
  address_.reset();
  // Whoever waits for a later state is answered with the one of now, else the server would wait for
  // them as long as it waits for anybody.
  if (progress_) progress_->stop();
  // Then the server: what it still lets through must find everything below it alive.
  if (server_) server_->stop();
  // Waits for the sequencer's answers, so it goes before it.
  if (publishing_) publishing_->stop();
  if (sequencer_) sequencer_->stop();
  for (const auto& anchorer : anchorers_) anchorer->stop();
  cookie_.reset();
}

}  // namespace kedge::node
