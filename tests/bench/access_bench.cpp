// SPDX-License-Identifier: Apache-2.0
// What it costs to know who calls, and to record what was done, beside what the cheapest write
// costs.
#include <filesystem>
#include <future>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "crypto/sha256.hpp"
#include "node/access/access_control.hpp"
#include "node/access/scopes.hpp"
#include "node/anchoring/writes.hpp"
#include "node/store/rocks_store.hpp"
#include "tests/support/token_authority.hpp"

namespace {

using namespace kedge;
using test::TokenAuthority;

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::string_view kIssuer = "did:example:issuer";
constexpr std::string_view kOrigin = "bench.example/log";

/// Removed with everything in it.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "kedge-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

template <class T>
T take(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return *std::move(result);
}

/// Two hundred tokens, an authorisation server, a record.
class Control {
 public:
  Control()
      : tokens_(take(node::TokenStore::open(folder_.path() / "tokens.log"))),
        keys_([]() -> Result<std::string> { return TokenAuthority().jwks().dump(); }, {}),
        jwt_(keys_, node::make_jwt_rules(TokenAuthority::settings())) {
    if (!keys_.start()) throw std::runtime_error("no keys");
    node::RecorderOptions options;
    options.now_ms = [] { return kNow; };
    recorder_ = take(node::Recorder::open(folder_.path() / "record.log", kOrigin, options));
    for (int i = 0; i < 200; ++i) token_ = issue();
  }

  std::string issue() {
    return take(tokens_->issue({.issuer = std::string(kIssuer),
                                .scopes = node::kAnchorWrite.bit,
                                .label = "bench"},
                               kNow))
        .text;
  }
  [[nodiscard]] const std::string& token() const { return token_; }
  node::Recorder& recorder() { return *recorder_; }
  node::AccessControl control() {
    return node::AccessControl({.cookie = std::string(64, 'c'),
                                .issuer = std::string(kIssuer),
                                .tokens = *tokens_,
                                .jwt = &jwt_,
                                .recorder = recorder_.get(),
                                .now_ms = [] { return kNow; }});
  }

 private:
  Folder folder_;
  std::unique_ptr<node::TokenStore> tokens_;
  std::unique_ptr<node::Recorder> recorder_;
  node::KeySource keys_;
  node::JwtAuthority jwt_;
  std::string token_;
};

Control& shared() {
  static Control control;
  return control;
}

void authorize(benchmark::State& state, const std::string& authorization) {
  const node::AccessControl control = shared().control();
  if (!control.authorize(authorization)) state.SkipWithError("refused");
  for (auto _ : state) benchmark::DoNotOptimize(control.authorize(authorization));
  state.SetItemsProcessed(state.iterations());
}

void authorize_cookie(benchmark::State& state) {
  authorize(state, "Bearer " + std::string(64, 'c'));
}
BENCHMARK(authorize_cookie)->ThreadRange(1, 2);

void authorize_api_token(benchmark::State& state) {
  authorize(state, "Bearer " + shared().token());
}
BENCHMARK(authorize_api_token)->ThreadRange(1, 2);

void authorize_known_jwt(benchmark::State& state) {
  authorize(state, "Bearer " + TokenAuthority().sign(
                                   TokenAuthority::claims(kIssuer, "anchor:write", kNow)));
}
BENCHMARK(authorize_known_jwt)->ThreadRange(1, 2);

void check_new_jwt(benchmark::State& state) {
  const auto keys = take(node::KeySet::parse(TokenAuthority().jwks().dump()));
  const auto rules = node::make_jwt_rules(TokenAuthority::settings());
  const std::string token =
      TokenAuthority().sign(TokenAuthority::claims(kIssuer, "anchor:write", kNow));
  for (auto _ : state) {
    benchmark::DoNotOptimize(node::check_access_token(token, keys, rules, kNow));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(check_new_jwt);

void record_write(benchmark::State& state) {
  node::Recorder& recorder = shared().recorder();
  for (auto _ : state) {
    node::RecordEvent event;
    event.actor = "token:0707070707070707";
    event.issuer = kIssuer;
    event.action = "anchor_submit";
    event.result = "done";
    event.items = 1;
    recorder.note(std::move(event));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(record_write);

/// One item a call, 64 calls on their way at once, through the sequencer to the disk: with the
/// check of the writer and the record, or without.
void submit_one_item(benchmark::State& state, bool recorded) {
  const Folder folder;
  node::StoreIdentity identity;
  identity.origin = kOrigin;
  const auto store = take(node::create_rocks_store(folder.path() / "store", identity));
  const node::SystemClock clock;
  const auto progress = take(node::Progress::open(*store, clock, {}));
  auto signer = take(crypto::NoteSigner::create(
      std::string(kOrigin),
      take(crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, Bytes(32, 7)))));
  const auto sequencer =
      take(node::Sequencer::open(*store, std::move(signer), clock, *progress, {}, {}));
  if (!sequencer->start()) throw std::runtime_error("no sequencer");
  std::promise<void> made;
  sequencer->add_issuer(std::string(kIssuer), [&](const auto&) { made.set_value(); });
  made.get_future().wait();
  node::Writes writes(*sequencer, &shared().recorder());
  const node::AccessControl control = shared().control();
  const std::string authorization = "Bearer " + shared().token();

  std::uint64_t number = 0;
  for (auto _ : state) {
    constexpr int kCalls = 64;
    std::atomic<int> left = kCalls;
    std::promise<void> done;
    for (int i = 0; i < kCalls; ++i) {
      node::SubmitRequest request{.issuer = std::string(kIssuer), .items = {}};
      const Hash digest = crypto::sha256(as_bytes(std::to_string(number++)));
      request.items.push_back({crypto::DigestProfile::jws, digest});
      const auto answer = [&](const auto&) {
        if (left.fetch_sub(1) == 1) done.set_value();
      };
      if (recorded) {
        const auto caller = control.authorize(authorization);
        writes.submit(node::writer_of(*caller), std::move(request), answer);
      } else {
        sequencer->submit(std::move(request), answer);
      }
    }
    done.get_future().wait();
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(number));
  sequencer->stop();
}
BENCHMARK_CAPTURE(submit_one_item, by_itself, false)->UseRealTime();
BENCHMARK_CAPTURE(submit_one_item, authorised_and_recorded, true)->UseRealTime();

}  // namespace
