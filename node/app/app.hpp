// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/settings.hpp"
#include "crypto/result.hpp"
#include "crypto/signed_note.hpp"
#include "ledger/ledger.hpp"
#include "node/anchoring/anchorer.hpp"
#include "node/anchoring/list_publishing.hpp"
#include "node/anchoring/progress.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/anchoring/writes.hpp"
#include "node/api/events.hpp"
#include "node/api/services.hpp"
#include "node/app/access_parts.hpp"
#include "node/app/address_file.hpp"
#include "node/app/backups.hpp"
#include "node/app/cookie.hpp"
#include "node/app/data_lock.hpp"
#include "node/app/list_keys.hpp"
#include "node/app/node_log.hpp"
#include "node/app/observer.hpp"
#include "node/metrics/metrics.hpp"
#include "node/proof/prover.hpp"
#include "node/store/store.hpp"
#include "node/webhooks/webhooks.hpp"
#include "rpc/method_table.hpp"
#include "rpc/server.hpp"

namespace kedge::node {

/// What a program that runs a node may choose besides the settings. The defaults are those of
/// `kedge node`.
struct AppOptions {
  /// Made at the start where they are not there yet, besides the one of the settings.
  std::vector<std::string> issuers = {};
  /// Says who a caller is, given the secret in the node's cookie file, instead of the node's own
  /// way (node/access): cookie, API tokens, JWT access tokens.
  std::function<std::unique_ptr<rpc::Authorizer>(const std::string& cookie)> authorizer = {};
};

/// A running node: builds everything in order, bottom layer first, and takes it down in reverse.
/// Where there is no data directory, makes one. start, stop and the destructor belong to one
/// thread; failure() to any.
class App {
 public:
  /// Opens the store, recovers the log, compares it with the ledgers and begins to serve. `log`
  /// must outlive the node. Errors say what to do.
  static Result<std::unique_ptr<App>> start(config::Settings settings, NodeLog& log,
                                            AppOptions options = {});

  App(const App&) = delete;
  App& operator=(const App&) = delete;
  /// Stops.
  ~App();

  /// Where it listens: `http://127.0.0.1:7410`.
  [[nodiscard]] std::string url() const;
  /// Where what is for operators is served: the same, unless the settings give it its own address.
  [[nodiscard]] std::string admin_url() const;

  /// Reads the certificate and its key anew, for connections from now on. Whatever is wrong with
  /// them is in the log, and the node goes on with what it has. From any thread.
  void reload();
  [[nodiscard]] const config::Settings& settings() const noexcept { return settings_; }

  /// Why the node cannot go on and has to be started again; nullopt while it works.
  [[nodiscard]] std::optional<Error> failure() const;

  /// Says in /readyz that the node is about to end; goes on with everything. From any thread.
  void drain() noexcept { draining_ = true; }

  /// Lets calls in flight finish, commits what is queued, ends all threads. Nothing that was
  /// acknowledged depends on it. Idempotent.
  void stop();

 private:
  App(config::Settings settings, NodeLog& log, AppOptions options);

  Status open_store();
  Status open_access();
  Status open_log();
  Status check_log_vkey(const crypto::NoteSigner& signer);
  Status check_ledgers();
  Status make_issuers();
  Status make_issuer(const std::string& name);
  /// Thread-safe.
  Status put_list_key(const std::string& issuer);
  Status start_webhooks();
  void start_anchorers();
  void start_publishing(const std::string& base_url);
  Status serve();
  ListService list_service();
  AccessService access_service();
  std::vector<rpc::Route> routes();
  MetricsSources metrics_sources();

  SequencerEvents sequencer_events();
  ListPublishingEvents publishing_events();
  AnchorerEvents anchorer_events(const ledger::Ledger& ledger);
  void note_failure(std::string_view what, const Error& error);

  config::Settings settings_;
  NodeLog& log_;
  const AppOptions options_;
  SystemClock clock_;
  /// Told by the sequencer from its start.
  Metrics metrics_;
  mutable std::mutex failure_mutex_;
  std::optional<Error> failure_;

  std::optional<DataLock> lock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AccessParts> access_;
  /// The public half of the key that signs.
  std::optional<crypto::NoteVerifier> log_key_;
  std::vector<std::unique_ptr<ledger::Ledger>> ledgers_;
  /// What is told to subscribers; told by the sequencer and the anchorers from their start.
  rpc::Hub hub_;
  std::unique_ptr<NodeEvents> events_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Sequencer> sequencer_;
  std::optional<Writes> writes_;
  /// nullptr: nobody is to be told. Woken by the anchorers.
  std::unique_ptr<Webhooks> webhooks_;
  /// Filled before the sequencer's thread starts; afterwards only read.
  std::vector<std::unique_ptr<Anchorer>> anchorers_;
  ListKeys list_keys_;
  std::mutex list_key_mutex_;
  std::unique_ptr<ListPublishing> publishing_;
  /// The same, for the sequencer's thread, which runs before there is one.
  std::atomic<ListPublishing*> woken_at_seal_ = nullptr;
  std::optional<CallCounts> calls_;
  std::optional<NodeObserver> observer_;
  std::atomic<bool> draining_ = false;
  std::optional<Prover> prover_;
  std::unique_ptr<Backups> backups_;
  std::optional<Services> services_;
  rpc::MethodTable methods_;
  std::optional<CookieFile> cookie_;
  std::unique_ptr<rpc::Authorizer> authorizer_;
  std::shared_ptr<rpc::ServerTls> tls_;
  std::unique_ptr<rpc::Server> server_;
  /// The same, for whoever asks how it does, perhaps before it has come back from its start.
  std::atomic<const rpc::Server*> watched_server_ = nullptr;
  std::optional<AddressFile> address_;
};

}  // namespace kedge::node
