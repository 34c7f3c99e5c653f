// SPDX-License-Identifier: Apache-2.0
#include <condition_variable>
#include <mutex>
#include <optional>

#include <sys/resource.h>

#include "crypto/random.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/bench/requests.hpp"
#include "node/bench/scenario.hpp"
#include "node/bench/stopwatch.hpp"
#include "node/bench/temporary_folder.hpp"
#include "node/status/slot_permutation.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node::bench {
namespace {

constexpr std::uint64_t kCredentials = 1'000'000;
constexpr std::uint64_t kPerCall = 1'000;
constexpr std::uint64_t kPerSubmit = 10'000;
constexpr std::uint64_t kOutstanding = 8;
constexpr std::string_view kIssuer = "did:example:university";

/// Seconds of all processors that this process has had.
double process_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Lets so many calls be under way, and keeps the first error of any.
class Outstanding {
 public:
  void begin() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return calls_ < kOutstanding; });
    ++calls_;
  }
  template <class Value>
  void end(const Result<Value>& result) {
    const std::lock_guard lock(mutex_);
    if (!result && !error_) error_ = result.error();
    --calls_;
    changed_.notify_all();
  }
  Status wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return calls_ == 0; });
    return error_ ? Status(*error_) : Status();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t calls_ = 0;
  std::optional<Error> error_;
};

/// A million statuses of one issuer's register, set by digest in an order without pattern, the
/// epoch that has them all, and the same set once more: the sequencer and its store in this
/// process, without a network.
class StatusScenario : public Scenario {
 public:
  std::string name() const override { return "status"; }
  std::string summary() const override {
    return "1,000,000 statuses set durably by digest, and sealed in one epoch; no network";
  }

  Status prepare(const BenchOptions& options) override {
    if (is_in_memory(options.folder)) {
      remark(options.folder.string() + " is in memory: nothing was really synced");
    }
    remark("the processor time of sealing has that of the store's own threads in it");
    const SlotPermutation permutation(SlotKey{}, kCredentials);
    for (std::uint64_t i = 0; i < kCredentials; ++i) order_.push_back(permutation.index_of(i));
    auto work = TemporaryFolder::make(options.folder);
    if (!work) return std::move(work).error();
    work_.emplace(*std::move(work));
    return open();
  }

  /// Each round with credentials of its own.
  Result<std::vector<Figure>> measure() override {
    if (const Status submitted = submit(); !submitted) return submitted.error();
    const auto first = set_all(StatusValue::suspended);
    if (!first) return first.error();
    const std::uint64_t changes = sequencer_->status().unsealed_changes;
    const double before = process_seconds();
    const Stopwatch sealing;
    if (const Status sealed = seal(); !sealed) return sealed.error();
    const double wall = sealing.seconds();
    const double processor = process_seconds() - before;
    const auto again = set_all(StatusValue::valid);
    if (!again) return again.error();
    if (const Status sealed = seal(); !sealed) return sealed.error();
    ++round_;
    return std::vector<Figure>{
        {.id = "status-set-1000",
         .what = "statuses set, 1,000 a call, 8 calls under way",
         .value = *first},
        {.id = "status-set-again-1000",
         .what = "the same credentials once more: suspensions lifted",
         .value = *again},
        {.id = "status-seal",
         .what = "sealing " + std::to_string(changes) + " changes, all processors",
         .value = processor,
         .unit = "s"},
        {.id = "status-seal-wait",
         .what = "so long acceptance waits for it",
         .value = wall,
         .unit = "s"}};
  }

 private:
  /// Digests of the round's credentials begin with this one.
  [[nodiscard]] std::uint64_t base() const { return round_ * kCredentials; }

  Status submit() {
    Outstanding calls;
    for (std::uint64_t first = 0; first < kCredentials; first += kPerSubmit) {
      std::vector<SubmitItem> items(kPerSubmit);
      for (std::uint64_t i = 0; i < kPerSubmit; ++i) {
        items[i] = {.profile = crypto::DigestProfile::jws, .digest = digest_of(base() + first + i)};
      }
      calls.begin();
      sequencer_->submit({.issuer = std::string(kIssuer), .items = std::move(items)},
                         [&calls](const Result<SubmitResult>& result) { calls.end(result); });
    }
    if (Status submitted = calls.wait(); !submitted) return submitted;
    return seal();
  }

  /// Changes a second.
  Result<double> set_all(StatusValue value) {
    Outstanding calls;
    const Stopwatch setting;
    for (std::uint64_t first = 0; first < kCredentials; first += kPerCall) {
      std::vector<SetStatusTarget> targets(kPerCall);
      for (std::uint64_t i = 0; i < kPerCall; ++i) {
        targets[i] = {.which = digest_of(base() + order_[first + i]), .value = value};
      }
      calls.begin();
      sequencer_->set_status(
          {.issuer = std::string(kIssuer),
           .targets = std::move(targets),
           .reason = StatusReason::certificate_hold,
           .actor = "bench"},
          [&calls](const Result<SetStatusResult>& result) { calls.end(result); });
    }
    if (const Status set = calls.wait(); !set) return set.error();
    return static_cast<double>(kCredentials) / setting.seconds();
  }

  Status open() {
    StoreIdentity identity{.origin = "bench.example/log"};
    crypto::random_bytes(identity.locator_key);
    auto store = create_rocks_store(work_->path() / "store", identity);
    if (!store) return std::move(store).error();
    store_ = *std::move(store);
    Bytes seed(32);
    crypto::random_bytes(seed);
    auto key = crypto::SecretKey::from_bytes(crypto::KeyType::ed25519, seed);
    if (!key) return std::move(key).error();
    auto signer = crypto::NoteSigner::create(identity.origin, *std::move(key));
    if (!signer) return std::move(signer).error();
    auto progress = Progress::open(*store_, clock_, {});
    if (!progress) return std::move(progress).error();
    progress_ = *std::move(progress);
    // Sealed when it is asked for.
    SequencerOptions options;
    options.seal_interval = std::chrono::hours(24);
    options.seal_at_changes = options.max_unsealed_changes;
    auto sequencer = Sequencer::open(*store_, *std::move(signer), clock_, *progress_, options, {});
    if (!sequencer) return std::move(sequencer).error();
    sequencer_ = *std::move(sequencer);
    if (Status started = sequencer_->start(); !started) return started;
    Outstanding calls;
    calls.begin();
    sequencer_->add_issuer(std::string(kIssuer),
                           [&calls](const Result<IssuerId>& issuer) { calls.end(issuer); });
    return calls.wait();
  }

  Status seal() {
    Outstanding calls;
    calls.begin();
    sequencer_->seal([&calls](const Result<SealResult>& result) { calls.end(result); });
    return calls.wait();
  }

  std::uint64_t round_ = 0;
  /// Each credential once, in an order without pattern.
  std::vector<std::uint64_t> order_;
  std::optional<TemporaryFolder> work_;
  SystemClock clock_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Progress> progress_;
  std::unique_ptr<Sequencer> sequencer_;
};

}  // namespace

std::unique_ptr<Scenario> make_status_scenario() {
  return std::make_unique<StatusScenario>();
}

}  // namespace kedge::node::bench
