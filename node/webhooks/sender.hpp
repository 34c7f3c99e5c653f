// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "node/webhooks/attempts.hpp"
#include "rpc/http_connection.hpp"
#include "rpc/target_rule.hpp"
#include "rpc/url.hpp"

namespace kedge::node {

/// Of an answer; what it says besides its status is thrown away.
inline constexpr std::size_t kMaxWebhookAnswer = std::size_t{64} << 10;

struct SendOptions {
  /// For reaching the receiver, TLS included, and again for its answer.
  std::chrono::milliseconds timeout{10'000};
  /// PEM; empty: the system's certificates.
  std::string ca_file = {};
  std::shared_ptr<const rpc::TargetRule> targets = std::make_shared<rpc::TargetRule>();
};

/// Sends one message at a time, each on a connection of its own: at an address that was checked,
/// TLS with the host's name, no redirects, bounded in time and octets. One thread, but for stop().
class WebhookSender {
 public:
  WebhookSender() = default;
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  /// A POST with the headers of Standard Webhooks. Any status of 200 to 299 means that it has
  /// arrived.
  SendOutcome send(const rpc::Url& url, const SendOptions& options, const rpc::HeaderList& headers,
                   std::string_view body);

  /// From any thread: ends what is under way; everything later fails.
  void stop();

 private:
  SendOutcome exchange(rpc::HttpConnection& connection, const SendOptions& options,
                       const rpc::HeaderList& headers, std::string_view body);

  std::mutex mutex_;
  bool stopped_ = false;
  rpc::HttpConnection* current_ = nullptr;
};

}  // namespace kedge::node
