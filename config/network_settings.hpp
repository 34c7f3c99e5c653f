// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

/// What stands between the node and the network. `config/network_keys.cpp` says what each means.
namespace kedge::config {

/// The rest of the table `[rpc]`.
struct NetworkSettings {
  /// PEM: the certificate with those that lead to its authority, and its key. Both or neither.
  std::string tls_certificate;
  std::string tls_key;
  /// Empty: what is for operators is served at `rpc.listen`.
  std::string admin_listen;
  /// Networks whose word is taken about whom they speak for.
  std::vector<std::string> trusted_proxies;
  /// `X-Forwarded-For` or `Forwarded`.
  std::string proxy_field = "X-Forwarded-For";
  /// Origins of web pages whose scripts may open WebSockets.
  std::vector<std::string> allowed_origins;
  /// Connections that stay open to be told things.
  std::uint32_t max_streams = 2048;
  /// Of one of them.
  std::uint32_t max_subscriptions = 16;
  /// From the signal to end until no connections are taken any more.
  std::chrono::milliseconds drain_delay{0};
};

/// Items a second, and how many at once. A rate of 0 is no limit.
struct RateSettings {
  std::uint64_t client = 2'000;
  std::uint64_t client_burst = 20'000;
  std::uint64_t token = 20'000;
  std::uint64_t token_burst = 200'000;
  /// Networks that are not limited.
  std::vector<std::string> exempt = {"127.0.0.0/8", "::1/128"};
};

}  // namespace kedge::config
