// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <random>

#include "rpc/http_connection.hpp"
#include "rpc/remote.hpp"

namespace kedge::rpc {

/// Asked on every new connection before anything else, so that a name which suddenly leads to
/// another server is noticed.
struct Greeting {
  CallRequest request;
  /// The error of a server that is not the one wanted is what `call` then answers.
  std::function<Status(const Answer&)> check;
};

struct EndpointOptions {
  ConnectionOptions connection{.max_response_bytes = std::size_t{32} << 20};
  /// For each batch, from its first octet sent to the last received.
  std::chrono::milliseconds call_timeout{10'000};
  std::size_t max_json_depth = 64;
  std::optional<Greeting> greeting = {};
  /// After a failure the server is left alone, from the first doubling to the last, each with
  /// jitter (half to whole); or for as long as its Retry-After says, but no longer than this.
  std::chrono::milliseconds backoff_first{250};
  std::chrono::milliseconds backoff_last{30'000};
  std::chrono::milliseconds max_retry_after{300'000};
};

/// A JSON-RPC server that somebody else runs: one connection, kept alive; its answers are checked
/// as hostile input; its failures are counted, and it is left alone for a while after each. A call
/// meanwhile is answered too_busy at once: nothing here sleeps. A batch that fails on a kept
/// connection before any octet of an answer came is sent once more on a new one.
class Endpoint final : public Remote {
 public:
  /// `http[s]://[user:password@]host[:port][/path]`. Does not connect. invalid_argument.
  static Result<std::unique_ptr<Endpoint>> create(std::string_view url, EndpointOptions options);

  [[nodiscard]] const std::string& name() const override { return name_; }
  Result<std::vector<Answer>> call(std::span<const CallRequest> requests) override;
  [[nodiscard]] Health health() const override;
  void set_trace(const std::string& traceparent) override;
  void stop() override { connection_.stop(); }

 private:
  using Clock = std::chrono::steady_clock;

  Endpoint(HttpConnection connection, EndpointOptions options);

  /// A batch on the open connection.
  Result<std::vector<Answer>> exchange(std::span<const CallRequest> requests, bool& stale);
  Result<std::vector<Answer>> try_call(std::span<const CallRequest> requests);
  Status connect();
  Status greet(const Answer& answer);
  /// Greeting and calls in one batch, for a server that keeps no connection.
  Result<std::vector<Answer>> exchange_greeting(std::span<const CallRequest> requests);
  Result<std::vector<Answer>> read(const HttpResponse& response, std::uint64_t first_id,
                                   std::size_t count);
  void note_success();
  void note_failure(const Error& error);

  HttpConnection connection_;
  const EndpointOptions options_;
  const std::string name_;
  std::uint64_t next_id_ = 1;
  /// Of every request, besides those that never change.
  HeaderList headers_;
  std::minstd_rand jitter_;
  std::chrono::milliseconds backoff_;
  Clock::time_point not_before_{};
  /// What the newest response asked for.
  std::optional<std::chrono::milliseconds> retry_after_;

  mutable std::mutex mutex_;
  Health health_;
};

}  // namespace kedge::rpc
