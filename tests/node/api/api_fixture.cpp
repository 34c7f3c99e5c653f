// SPDX-License-Identifier: Apache-2.0
#include "tests/node/api/api_fixture.hpp"

#include <stdexcept>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "ledger/embedded.hpp"
#include "node/store/memory_store.hpp"
#include "rpc/representation.hpp"
#include "rpc/route_table.hpp"
#include "tests/support/waiting_client.hpp"

namespace kedge::test {
namespace {

template <class T>
T take(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

crypto::NoteSigner make_signer() {
  const Bytes seed(32, 7);
  return take(crypto::NoteSigner::create(
      std::string(kOrigin), take(crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, seed))));
}

}  // namespace

ApiTest::ApiTest() {
  restart({});
}

ApiTest::~ApiTest() {
  stop();
}

void ApiTest::stop() {
  if (anchorer_) anchorer_->stop();
  if (sequencer_) sequencer_->stop();
  if (progress_) progress_->stop();
  dispatcher_.reset();
  table_ = {};
  routes_.clear();
  writes_.reset();
  sequencer_.reset();
  authorizer_.reset();
  jwt_.reset();
  keys_.reset();
  recorder_.reset();
  tokens_.reset();
  anchorer_.reset();
  progress_.reset();
}

std::filesystem::path ApiTest::record_file() const {
  return dir_.path() / ("record-" + std::to_string(runs_) + ".log");
}

std::string ApiTest::token(std::string_view issuer, rpc::Scopes scopes) {
  return take(tokens_->issue({.issuer = std::string(issuer), .scopes = scopes, .label = "test"},
                             clock_.unix_ms()))
      .text;
}

void ApiTest::open_access() {
  const auto now_ms = [this] { return clock_.unix_ms(); };
  tokens_ =
      take(node::TokenStore::open(dir_.path() / ("tokens-" + std::to_string(runs_) + ".log")));
  node::RecorderOptions recording;
  recording.flush = std::chrono::milliseconds(1);
  recording.now_ms = now_ms;
  recorder_ = take(node::Recorder::open(record_file(), kOrigin, std::move(recording)));
  keys_ = std::make_unique<node::KeySource>(
      [this]() -> Result<std::string> { return authority_.jwks().dump(); },
      node::KeySourceOptions{});
  if (const Status started = keys_->start(); !started) {
    throw std::runtime_error(started.error().message);
  }
  jwt_ = std::make_unique<node::JwtAuthority>(*keys_,
                                              node::make_jwt_rules(TokenAuthority::settings()));
  authorizer_ = std::make_unique<node::AccessControl>(
      node::AccessControl::Parts{.cookie = kCookie,
                                 .issuer = std::string(kIssuer),
                                 .tokens = *tokens_,
                                 .jwt = jwt_.get(),
                                 .recorder = recorder_.get(),
                                 .now_ms = now_ms});
}

void ApiTest::restart(node::SequencerOptions options) {
  stop();
  store_ = take(node::make_memory_store({.origin = std::string(kOrigin), .locator_key = {}}));
  const auto file = dir_.path() / ("embedded-" + std::to_string(runs_++) + ".log");
  ledger_ =
      take(ledger::EmbeddedLedger::open(file, "embedded", [this] { return clock_.unix_ms(); }));
  progress_ = take(node::Progress::open(*store_, clock_, {}));
  anchorer_ = std::make_unique<node::Anchorer>(*store_, *ledger_, clock_, *progress_,
                                               node::AnchorerOptions{}, node::AnchorerEvents{});
  open_access();
  node::SequencerEvents events;
  events.sealed = [this](const node::CheckpointRow&) { anchorer_->wake(); };
  sequencer_ = take(node::Sequencer::open(*store_, make_signer(), clock_, *progress_, options,
                                          std::move(events)));
  if (const Status started = sequencer_->start(); !started) {
    throw std::runtime_error(started.error().message);
  }
  writes_ = std::make_unique<node::Writes>(*sequencer_, recorder_.get());
  anchorer_->start();
  for (const std::string_view issuer : {kIssuer, kOtherIssuer}) {
    const auto made = std::make_shared<std::promise<void>>();
    auto done = made->get_future();
    sequencer_->add_issuer(std::string(issuer), [made](const auto&) { made->set_value(); });
    done.wait();
  }
  const auto log_key = take(crypto::NoteVerifier::from_vkey(make_signer().vkey()));
  prover_ = std::make_unique<node::Prover>(log_key);
  services_ = std::make_unique<node::Services>(
      node::Services{*store_,
                     *sequencer_,
                     *writes_,
                     *progress_,
                     *prover_,
                     clock_,
                     log_key,
                     {{"embedded", "embedded", ledger_->capabilities(), anchorer_.get()}},
                     "0.1.0"});
  services_->access.tokens = tokens_.get();
  services_->access.reads_closed = reads_closed_;
  // A store in memory has nothing to copy: what is answered is what is answered of any backup.
  services_->backup.make = [this](const std::string& name, const node::BackupService::Done& done) {
    const auto checkpoint = store_->snapshot()->latest_checkpoint();
    node::MadeBackup made;
    made.folder = "/srv/backups/" + (name.empty() ? node::backup_name(clock_.unix_ms()) : name);
    made.manifest.origin = kOrigin;
    made.manifest.time_ms = clock_.unix_ms();
    made.manifest.version = services_->version;
    if (checkpoint) {
      made.manifest.log_size = checkpoint->size;
      made.manifest.root = checkpoint->root;
    }
    made.manifest.files.push_back({"data/log.vkey", 74, Hash{}});
    done(std::move(made));
  };
  node::register_methods(table_, *services_);
  routes_ = node::make_routes(*services_, table_);
  dispatcher_ =
      std::make_unique<rpc::Dispatcher>(table_, *authorizer_, limits_, workers_, observer_);
}

std::future<rpc::HttpResponse> ApiTest::begin(const std::string& body,
                                              const std::string& authorization) {
  return WaitingClient::send(*dispatcher_, body, authorization);
}

std::string ApiTest::send(const std::string& body, const std::string& authorization) {
  const rpc::HttpResponse answer = begin(body, authorization).get();
  return std::to_string(answer.status) + " " + answer.body;
}

std::string ApiTest::request(const std::string& method, const json& params) {
  const json body = {{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", params}};
  return body.dump();
}

std::future<rpc::HttpResponse> ApiTest::begin_call(const std::string& method, const json& params) {
  return begin(request(method, params), "Bearer " + kCookie);
}

ApiTest::json ApiTest::call(const std::string& method, const json& params) {
  const rpc::HttpResponse answer = begin_call(method, params).get();
  const json body = json::parse(answer.body);
  if (body.contains("result")) return body["result"];
  ADD_FAILURE() << method << ": " << answer.body;
  return nullptr;
}

std::string ApiTest::refusal(const std::string& method, const json& params) {
  return refusal_of_text(method, params.dump());
}

std::string ApiTest::refusal_of_text(const std::string& method, const std::string& params) {
  const std::string body =
      R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
  const rpc::HttpResponse answer = begin(body, "Bearer " + kCookie).get();
  const json parsed = json::parse(answer.body);
  if (!parsed.contains("error")) return "fine";
  const json& error = parsed["error"];
  const std::string code = std::to_string(error["code"].get<int>()) + " ";
  if (code != "-32602 ") return code + error["message"].get<std::string>();
  return code + error["data"]["field"].get<std::string>() + ": " +
         error["data"]["expected"].get<std::string>();
}

std::string ApiTest::digest(std::uint64_t number) {
  return crypto::to_hex(crypto::sha256(as_bytes("credential " + std::to_string(number))));
}

ApiTest::json ApiTest::item(std::uint64_t number) {
  return {{"profile", "jws"}, {"digest", digest(number)}};
}

ApiTest::json ApiTest::items(std::uint64_t first, std::size_t count) {
  json list = json::array();
  for (std::size_t i = 0; i < count; ++i) list.push_back(item(first + i));
  return {{"items", list}};
}

void ApiTest::anchored(std::uint64_t first, std::size_t count) {
  call("anchor_submit", items(first, count));
  call("anchor_seal");
  json params = items(first, count);
  params["wait"] = "final";
  EXPECT_EQ(call("anchor_submit", params)["items"][0]["state"], "final");
}

void ApiTest::submit_as(std::string_view issuer, std::uint64_t number) {
  node::SubmitRequest request{.issuer = std::string(issuer), .items = {}};
  request.items.push_back(
      {crypto::DigestProfile::jws, take(crypto::hash_from_hex(digest(number)))});
  const auto done = std::make_shared<std::promise<bool>>();
  auto accepted = done->get_future();
  sequencer_->submit(std::move(request),
                     [done](const auto& result) { done->set_value(result.has_value()); });
  EXPECT_TRUE(accepted.get());
}

rpc::HttpResponse ApiTest::get(const std::string& target, const rpc::HeaderList& headers) {
  return visit("GET", target, {}, headers);
}

rpc::HttpResponse ApiTest::visit(const std::string& method, const std::string& target,
                                 std::string_view body, const rpc::HeaderList& headers) {
  rpc::HttpRequest request;
  request.method = method;
  request.path = target.substr(0, target.find('?'));
  if (target.find('?') != std::string::npos) request.query = target.substr(target.find('?') + 1);
  request.headers = headers;
  request.body = body;
  const rpc::RouteTable table(routes_);
  const rpc::RouteTable::Found found = table.find(request.path, method);
  if (found.route == nullptr) {
    return rpc::problem(found.allowed.empty() ? 404 : 405, {}, {}, "no route");
  }
  rpc::HttpResponse response;
  if (found.route->handler) {
    response = found.route->handler(request);
  } else if (auto made = found.route->plan(request); made.index() == 0) {
    auto& plan = std::get<rpc::RoutePlan>(made);
    const std::string authorization(
        rpc::find_header(request.headers, "Authorization").value_or(""));
    response = plan.answer(request,
                           WaitingClient::run(*dispatcher_, std::move(plan.calls), authorization));
  } else {
    response = std::get<1>(std::move(made));
  }
  rpc::finish_response(*found.route, request, true, response);
  return response;
}

}  // namespace kedge::test
