// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "node/anchoring/clock.hpp"
#include "node/store/store.hpp"
#include "node/webhooks/attempts.hpp"
#include "node/webhooks/message.hpp"
#include "node/webhooks/sender.hpp"
#include "node/webhooks/signature.hpp"
#include "node/webhooks/webhook_state.hpp"

namespace kedge::node {

/// One receiver.
struct WebhookEndpoint {
  /// Unique: what was told is kept under it.
  std::string name;
  WebhookSubject subject;
  rpc::Url url;
  WebhookSecrets secrets;
  SendOptions sending = {};
};

struct WebhookOptions {
  /// Its folder is there.
  std::filesystem::path file;
  /// Of the node, by name.
  std::vector<std::string> ledgers;
  std::uint64_t delayed_after_ms = 600'000;
  RetryPolicy retry = {};
  /// Between two looks at what is due, where nobody wakes.
  std::chrono::milliseconds look_interval{5'000};
};

/// Called on the thread of the webhooks; must be quick. Texts name receivers by host alone.
struct WebhookEvents {
  std::function<void(const std::string& name, const std::string& id)> arrived;
  /// The first failure after a message that arrived.
  std::function<void(const std::string& name, const std::string& why)> failing;
  std::function<void(const std::string& name, const std::string& why)> disabled;
  /// The store cannot be read, or the file not be written; once for each reason.
  std::function<void(const Error&)> trouble;
};

/// How an endpoint stands, for operators.
struct WebhookReport {
  WebhookState state;
  /// `scheme://host[:port]`.
  std::string target;
  bool batches = false;
  bool delays = false;
  std::string condition;
  /// Failures in a row, of this run.
  std::uint32_t failures = 0;
  /// While it fails; nullopt also once it is disabled.
  std::optional<std::uint64_t> next_try_ms = {};
};

/// Tells issuers what has happened, at least once each: the one thread that does it. What an
/// endpoint has not taken stays due, in order, because what is due is read from the store and how
/// far it was told from a file; neither needs a queue. Messages of one endpoint wait for one
/// another, those of several do not. Thread-safe.
class Webhooks {
 public:
  /// Reads what was told so far; what has begun before an endpoint is there is not told to it.
  /// Store and clock must outlive it. corrupt if the file cannot be used.
  static Result<std::unique_ptr<Webhooks>> open(const Store& store, const Clock& clock,
                                                std::vector<WebhookEndpoint> endpoints,
                                                WebhookOptions options, WebhookEvents events);
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;
  /// Stops.
  ~Webhooks();

  /// Call once.
  void start();
  /// Something has become final.
  void wake();
  /// In the order of the endpoints.
  [[nodiscard]] std::vector<WebhookReport> reports() const;
  /// Ends what is under way. Idempotent; not to be called from an event.
  void stop();

 private:
  Webhooks(const Store& store, const Clock& clock, std::vector<WebhookEndpoint> endpoints,
           WebhookOptions options, WebhookEvents events);

  Status load();
  void run();
  /// One message to each endpoint that has one; whether any has arrived.
  bool round();
  Result<std::optional<WebhookMessage>> next_for(std::size_t index);
  bool tell(std::size_t index, const WebhookMessage& message);
  [[nodiscard]] bool is_due(std::size_t index) const;
  Status save();
  void note_trouble(const Status& status);
  void pause();
  [[nodiscard]] Moment now() const;

  const Store& store_;
  const Clock& clock_;
  const std::vector<WebhookEndpoint> endpoints_;
  const WebhookOptions options_;
  const WebhookEvents events_;
  DelayRule delay_rule_;
  WebhookSender sender_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = false;
  /// One an endpoint; written by the thread alone, under the lock.
  std::vector<WebhookState> states_;
  std::vector<WebhookAttempts> attempts_;

  /// Of the thread alone.
  std::string last_trouble_;
  std::minstd_rand jitter_;
  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
