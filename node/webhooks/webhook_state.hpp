// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

namespace kedge::node {

/// What an endpoint knows of one ledger already.
struct WebhookCursor {
  std::string ledger;
  /// The issuer's first credential whose batch has not been told as final; nullopt where the
  /// endpoint does not ask for that.
  std::optional<std::uint64_t> position = {};
  /// The epoch that was told as delayed, until the end of the delay has been told, too.
  std::optional<std::uint64_t> delayed = {};
  friend bool operator==(const WebhookCursor&, const WebhookCursor&) = default;
};

/// The newest message that arrived, or the newest attempt that failed.
struct WebhookDelivery {
  std::string id;
  std::uint64_t time_ms = 0;
  /// `200`, or why it did not arrive; one line, which names of the receiver the host alone.
  std::string outcome;
  friend bool operator==(const WebhookDelivery&, const WebhookDelivery&) = default;
};

/// What must survive a crash: with it nothing that was due is lost, and the only thing that is
/// told twice is what was under way.
struct WebhookState {
  /// `WebhookSettings::name` and `issuer`.
  std::string name;
  std::string issuer;
  std::vector<WebhookCursor> cursors = {};
  /// Messages that have arrived.
  std::uint64_t delivered = 0;
  /// The first failure since the last message that arrived; 0: there is none.
  std::uint64_t failing_since_ms = 0;
  bool disabled = false;
  std::optional<WebhookDelivery> last_delivery = {};
  std::optional<WebhookDelivery> last_failure = {};
  friend bool operator==(const WebhookState&, const WebhookState&) = default;

  /// The cursor of a ledger, made where there is none.
  WebhookCursor& cursor(std::string_view ledger);
};

/// Bounds of the file.
inline constexpr std::size_t kMaxWebhookStateBytes = std::size_t{1} << 20;
inline constexpr std::size_t kMaxWebhookOutcome = 300;

/// The file's text: JSON, one form for one state. Texts are cut to their bounds.
std::string format_webhook_states(const std::vector<WebhookState>& states);
/// invalid_argument names the member that is wrong.
Result<std::vector<WebhookState>> parse_webhook_states(std::string_view text);

/// What the file holds; nothing where there is none. corrupt, naming the file and what to do, if
/// it cannot be used.
Result<std::vector<WebhookState>> read_webhook_states(const std::filesystem::path& file);

}  // namespace kedge::node
