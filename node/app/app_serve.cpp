// SPDX-License-Identifier: Apache-2.0
#include "config/data_dir.hpp"
#include "config/listen_address.hpp"
#include "node/access/scopes.hpp"
#include "node/api/guard.hpp"
#include "node/api/method_doc.hpp"
#include "node/api/methods.hpp"
#include "node/api/routes.hpp"
#include "node/app/app.hpp"
#include "node/app/open_files.hpp"
#include "node/app/server_options.hpp"
#include "node/app/tls_files.hpp"
#include "node/metrics/get_metrics.hpp"
#include "node/store/rocks_store.hpp"
#include "rpc/subscriptions.hpp"

/// The half of the node that faces the network.
namespace kedge::node {
namespace {

/// Where something listens, as a URL.
std::string url_of(const config::Settings& settings, const std::string& listen,
                   std::uint16_t port) {
  const auto address = config::parse_listen_address(listen);
  const std::string host = address ? address->host : listen;
  const bool v6 = host.find(':') != std::string::npos;
  const std::string scheme = settings.network.tls_certificate.empty() ? "http://" : "https://";
  return scheme + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

/// The same for programs on this machine: "any address" is none to connect to.
std::string local_url(const config::Settings& settings, const std::string& listen,
                      std::uint16_t port) {
  const auto address = config::parse_listen_address(listen);
  if (address && address->host == "0.0.0.0") return url_of(settings, "127.0.0.1:0", port);
  if (address && address->host == "::") return url_of(settings, "[::1]:0", port);
  return url_of(settings, listen, port);
}

/// What credentials are told to name; nothing where the port is another one after each start.
std::string status_base_url(const config::Settings& settings) {
  if (!settings.status.base_url.empty()) return settings.status.base_url;
  const auto listen = config::parse_listen_address(settings.rpc.listen);
  if (!listen || listen->port == 0) return {};
  return local_url(settings, settings.rpc.listen, listen->port);
}

}  // namespace

Status App::serve() {
  const config::DataDir dir(settings_.data_dir);

  ProverOptions proving;
  for (const auto& ledger : ledgers_) proving.ledgers.push_back(ledger->name());
  proving.on_corrupt = [this](std::string_view reason) {
    metrics_.note_rejected_proof();
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
  backups_ = std::make_unique<Backups>(*store_, settings_, *log_key_, clock_, log_, KEDGE_VERSION);
  services_.emplace(Services{.store = *store_,
                             .sequencer = *sequencer_,
                             .writes = *writes_,
                             .progress = *progress_,
                             .prover = *prover_,
                             .clock = clock_,
                             .log_key = *log_key_,
                             .ledgers = std::move(ledgers),
                             .version = KEDGE_VERSION,
                             .lists = list_service(),
                             .status = {.base_url = status_base_url(settings_),
                                        .ebsi_proxies = settings_.status.ebsi_proxies},
                             .access = access_service(),
                             .draining = &draining_,
                             .backup = backups_->service(),
                             .webhooks = webhooks_.get()});
  register_methods(methods_, *services_);
  const rpc::Scope events = settings_.access.read == "token" ? kRead : rpc::Scope{};
  rpc::register_subscriptions(methods_, hub_, events, &method_doc("subscribe"),
                              &method_doc("unsubscribe"));

  calls_.emplace(methods_);
  observer_.emplace(NodeObserver::Parts{.log = log_,
                                        .metrics = metrics_,
                                        .calls = *calls_,
                                        .methods = methods_,
                                        .slow_call = settings_.logging.slow_call});

  auto cookie = CookieFile::create(dir.cookie());
  if (!cookie) return std::move(cookie).error();
  cookie_.emplace(std::move(*cookie));
  if (options_.authorizer) {
    authorizer_ = options_.authorizer(cookie_->secret());
  } else {
    authorizer_ = access_->make_authorizer(cookie_->secret(), settings_.issuer);
  }

  auto options = server_options(settings_);
  if (!options) return std::move(options).error();
  const std::size_t connections = connections_within(
      raise_open_files(), settings_.store.max_open_files, options->limits.max_connections);
  if (connections < options->limits.max_connections) {
    log_.warning("fewer connections than configured: the process may open too few files",
                 {{"connections", std::to_string(connections)}});
    options->limits.max_connections = connections;
  }
  auto tls = open_tls(settings_.network);
  if (!tls) return std::move(tls).error();
  tls_ = *std::move(tls);
  options->tls = tls_;
  options->hub = &hub_;
  options->events_scope = events;
  auto server =
      rpc::Server::start(*std::move(options), methods_, routes(), *authorizer_, *observer_);
  if (!server) return std::move(server).error();
  server_ = std::move(*server);
  watched_server_ = server_.get();

  const std::string& admin = settings_.network.admin_listen;
  const std::string here = local_url(settings_, settings_.rpc.listen, server_->port());
  // Its readers are on this machine and may be operators.
  auto address = AddressFile::create(
      dir.address(), admin.empty() ? here : local_url(settings_, admin, server_->admin_port()));
  if (!address) return std::move(address).error();
  address_.emplace(std::move(*address));
  start_publishing(here);
  return {};
}

ListService App::list_service() {
  ListService lists;
  lists.ttl_ms = static_cast<std::uint64_t>(settings_.status.ttl.count());
  lists.signers = [this](const IssuerRow& issuer) { return list_keys_.of(issuer.name); };
  return lists;
}

std::vector<rpc::Route> App::routes() {
  std::vector<rpc::Route> routes = make_routes(*services_, methods_);
  if (services_->access.reads_closed) routes = guard_routes(std::move(routes), *authorizer_);
  const bool own_address = !settings_.network.admin_listen.empty();
  routes.push_back(
      metrics_route(metrics_, metrics_sources(), own_address ? nullptr : authorizer_.get()));
  return routes;
}

MetricsSources App::metrics_sources() {
  MetricsSources sources{.services = *services_, .calls = *calls_};
  for (const auto& ledger : ledgers_) sources.ledgers.push_back(ledger.get());
  sources.server = [this]() -> std::optional<rpc::ServerStatus> {
    const rpc::Server* const server = watched_server_;
    if (server == nullptr) return std::nullopt;
    return server->status();
  };
  sources.store_octets = [this] { return rocks_store_octets(*store_); };
  return sources;
}

AccessService App::access_service() {
  AccessService access;
  access.tokens = &access_->tokens();
  access.issuer_made = [this](const std::string& issuer) { return put_list_key(issuer); };
  access.reads_closed = settings_.access.read == "token";
  return access;
}

std::string App::url() const {
  return url_of(settings_, settings_.rpc.listen, server_ ? server_->port() : 0);
}

std::string App::admin_url() const {
  const std::string& admin = settings_.network.admin_listen;
  return admin.empty() ? url() : url_of(settings_, admin, server_ ? server_->admin_port() : 0);
}

void App::reload() {
  if (!tls_) return log_.info("nothing to read anew: there is no certificate");
  if (const Status done = reload_tls(settings_.network, *tls_); !done) {
    return log_.error("the certificate was not read anew, the old one stays", done.error());
  }
  log_.info("the certificate and its key were read anew",
            {{"certificate", settings_.network.tls_certificate}});
}

void App::stop() {
  drain();
  address_.reset();
  // Whoever waits for a later state is answered with the one of now, else the server would wait for
  // them as long as it waits for anybody.
  if (progress_) progress_->stop();
  // Likewise: who waits for a backup is told that there will be none.
  if (backups_) backups_->stop();
  // Then the server: what it still lets through must find everything below it alive.
  if (server_) server_->stop();
  if (events_) events_->stop();
  if (webhooks_) webhooks_->stop();
  // Waits for the sequencer's answers, so it goes before it.
  if (publishing_) publishing_->stop();
  if (sequencer_) sequencer_->stop();
  for (const auto& anchorer : anchorers_) anchorer->stop();
  // After everybody who may still have something to tell it.
  if (access_) access_->stop();
  cookie_.reset();
}

}  // namespace kedge::node
