// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/access/access_control.hpp"
#include "node/anchoring/anchorer.hpp"
#include "node/api/methods.hpp"
#include "node/api/routes.hpp"
#include "rpc/dispatcher.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::test {

inline constexpr std::string_view kOrigin = "log.example/kedge";
inline constexpr std::string_view kIssuer = "did:example:issuer";
inline constexpr std::string_view kOtherIssuer = "did:example:other";
inline const std::string kCookie(64, 'c');

/// A whole node but for its sockets: memory store, sequencer, progress, embedded ledger, anchorer,
/// method table. JSON text in, JSON text out. Time stands still; sealing is on demand.
class ApiTest : public ::testing::Test {
 protected:
  using json = nlohmann::json;

  ApiTest();
  ~ApiTest() override;

  /// Stops everything and begins with a new store.
  void restart(node::SequencerOptions options);

  /// What the body is answered with, `<status> <JSON text>`.
  std::string send(const std::string& body, const std::string& authorization = {});
  std::future<rpc::HttpResponse> begin(const std::string& body, const std::string& authorization);

  /// A request for the method.
  static std::string request(const std::string& method, const json& params);
  /// The same as the local user.
  std::future<rpc::HttpResponse> begin_call(const std::string& method, const json& params);
  /// The result; a test failure and null if there is none.
  json call(const std::string& method, const json& params = json::object());
  /// `<code> <message>` of the error, or "fine"; for -32602 `<code> <field>: <expected>`.
  std::string refusal(const std::string& method, const json& params);
  std::string refusal_of_text(const std::string& method, const std::string& params);

  /// A digest that follows from the number, and items with such digests.
  static std::string digest(std::uint64_t number);
  static json item(std::uint64_t number);
  static json items(std::uint64_t first, std::size_t count);
  /// Accepts, seals, and waits until the embedded ledger has the checkpoint.
  void anchored(std::uint64_t first, std::size_t count);
  void submit_as(std::string_view issuer, std::uint64_t number);

  /// What a route answers, as the server would send it.
  rpc::HttpResponse get(const std::string& target, const rpc::HeaderList& headers = {});
  rpc::HttpResponse visit(const std::string& method, const std::string& target,
                          std::string_view body, const rpc::HeaderList& headers);

  const node::Services& services() { return *services_; }
  node::Sequencer& sequencer() { return *sequencer_; }
  /// For what only the store's other writers write.
  node::Store& store() { return *store_; }
  node::ListService& list_service() { return services_->lists; }
  node::StatusService& status_service() { return services_->status; }
  /// Whom the node tells; must outlive the calls.
  void show_webhooks(const node::Webhooks* webhooks) { services_->webhooks = webhooks; }
  const rpc::MethodTable& methods() { return table_; }
  const rpc::Authorizer& authorizer() { return *authorizer_; }
  node::TokenStore& tokens() { return *tokens_; }
  node::Recorder& recorder() { return *recorder_; }
  /// Of the newest run.
  [[nodiscard]] std::filesystem::path record_file() const;
  /// The text of a new token.
  std::string token(std::string_view issuer, rpc::Scopes scopes);

  ManualClock clock_;
  /// Whose tokens the node takes.
  TokenAuthority authority_;
  /// Of the next run.
  bool reads_closed_ = false;

 private:
  void stop();
  void open_access();

  TempDir dir_;
  int runs_ = 0;
  std::unique_ptr<node::Store> store_;
  std::unique_ptr<ledger::Ledger> ledger_;
  std::unique_ptr<node::Progress> progress_;
  std::unique_ptr<node::Anchorer> anchorer_;
  std::unique_ptr<node::TokenStore> tokens_;
  std::unique_ptr<node::Recorder> recorder_;
  std::unique_ptr<node::KeySource> keys_;
  std::unique_ptr<node::JwtAuthority> jwt_;
  std::unique_ptr<node::AccessControl> authorizer_;
  std::unique_ptr<node::Sequencer> sequencer_;
  std::unique_ptr<node::Writes> writes_;
  std::unique_ptr<node::Prover> prover_;
  std::unique_ptr<node::Services> services_;

  rpc::Limits limits_;
  rpc::Observer observer_;
  rpc::WorkerPool workers_{2, 100};
  rpc::MethodTable table_;
  std::unique_ptr<rpc::Dispatcher> dispatcher_;
  std::vector<rpc::Route> routes_;
};

}  // namespace kedge::test
