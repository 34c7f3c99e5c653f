// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "rpc/remote.hpp"

namespace kedge::rpc {

struct SubscriptionOptions {
  /// For each step of connecting: TCP, TLS, WebSocket, the answer to the request.
  std::chrono::milliseconds connect_timeout{5'000};
  /// Without any octet for so long, pings included, the connection is given up.
  std::chrono::milliseconds idle_timeout{60'000};
  /// Before the next attempt, doubled after each that has heard nothing.
  std::chrono::milliseconds backoff_first{1'000};
  std::chrono::milliseconds backoff_last{60'000};
  /// A longer message ends the connection.
  std::size_t max_message_bytes = std::size_t{64} << 10;
  std::size_t max_json_depth = 16;
  /// PEM file with the certificates to trust for wss; empty: the system's.
  std::string ca_file = {};
  /// Sent as `Authorization: Bearer <token>` if not empty; otherwise the URL's user information as
  /// Basic.
  std::string token = {};
};

/// A subscription at a JSON-RPC server over a WebSocket (RFC 6455), in a thread of its own. It says
/// that something has happened and nothing about what: what a notification holds is not even looked
/// at. For hints that may come late, twice, from a liar, or never; it connects again for ever.
class Subscription {
 public:
  /// `ws[s]://[user:password@]host[:port][/path]`. Does not connect. invalid_argument.
  static Result<std::unique_ptr<Subscription>> create(std::string_view url,
                                                      SubscriptionOptions options);
  Subscription(const Subscription&) = delete;
  Subscription& operator=(const Subscription&) = delete;
  /// Stops.
  ~Subscription();

  /// Call once: asks `request` on every connection and calls `heard`, on its own thread, at each
  /// notification (a JSON-RPC call without an id). `heard` must be quick.
  void start(CallRequest request, std::function<void()> heard);
  /// `heard` is not called any more once this has returned. Idempotent; not to be called by
  /// `heard`.
  void stop();

  /// Host and port: fit for logs.
  [[nodiscard]] const std::string& name() const;
  /// Why nothing is heard, for a person; empty while it is connected. From any thread.
  [[nodiscard]] std::string trouble() const;

 private:
  struct Impl;
  explicit Subscription(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kedge::rpc
