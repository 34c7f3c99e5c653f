// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

/// Whom the node tells what has happened. `config/webhook_keys.cpp` says what each means.
namespace kedge::config {

/// Tables `[[webhook]]` that a node has at most, in all and for one issuer.
inline constexpr std::size_t kMaxWebhooks = 64;
inline constexpr std::size_t kMaxWebhooksOfIssuer = 4;

/// One `[[webhook]]`.
struct WebhookSettings {
  /// Unique in the node: what was told already is kept under it.
  std::string name;
  std::string issuer;
  std::string url;
  /// `whsec_` and base64, one or two lines.
  std::string secret_file;
  std::vector<std::string> events = {"batch.final", "anchor.delayed"};
  /// PEM; empty: the system's certificates.
  std::string ca_file = {};
};

/// The table `[webhooks]`: what holds for all of them.
struct WebhooksSettings {
  bool allow_http = false;
  bool allow_private = false;
  /// Networks that may be reached besides public addresses.
  std::vector<std::string> allowed_networks;
  std::chrono::milliseconds timeout{10'000};
  std::chrono::milliseconds delayed_after{600'000};
  std::chrono::milliseconds give_up_after{432'000'000};
};

}  // namespace kedge::config
