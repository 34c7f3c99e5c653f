// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/store/store.hpp"
#include "node/webhooks/webhook_state.hpp"

/// What an endpoint is to be told next: a function of what the store holds, what was told already,
/// and the time. Without threads, sockets and clocks.
namespace kedge::node {

/// Batches in one message at most; with them it stays below the 20 kB of Standard Webhooks.
inline constexpr std::size_t kMaxBatchesTold = 100;

/// What an endpoint wants to know.
struct WebhookSubject {
  /// Of the log.
  std::string origin;
  std::string issuer;
  /// `batch.final`.
  bool batches = true;
  /// `anchor.delayed`, `anchor.resumed`.
  bool delays = true;
};

/// The oldest checkpoint that a ledger has not in any block, where it has waited for too long.
struct AnchorDelay {
  std::string ledger;
  CheckpointRow checkpoint;
};

struct DelayRule {
  std::uint64_t after_ms = 600'000;
  /// When the node began: nobody waits for a node that is not running.
  std::uint64_t since_ms = 0;
};

struct WebhookMessage {
  enum class Type : std::uint8_t { batch_final, anchor_delayed, anchor_resumed };

  Type type = Type::batch_final;
  /// The same for the same thing for ever: receivers know by it what they have had already.
  std::string id;
  /// `{"type","timestamp","data":{"log","issuer","ledger",...}}`. Ids, sizes, roots and times of
  /// what the log shows to everybody; nothing of any credential.
  std::string body;
  std::string ledger;
  std::uint64_t time_ms = 0;
  /// What the cursor is afterwards: a position for batch_final, else an epoch.
  std::uint64_t end = 0;
};

std::string_view webhook_type_name(WebhookMessage::Type type);

/// Puts a cursor for each of these ledgers where there is none, at what is not final now: history
/// is not told. Failures of the store are passed on.
Status begin_cursors(const StoreReader& reader, const WebhookSubject& subject,
                     const std::vector<std::string>& ledgers, WebhookState& state);

/// The ledgers that are late at `now_ms`. Failures of the store are passed on.
Result<std::vector<AnchorDelay>> find_delays(const StoreReader& reader,
                                             const std::vector<std::string>& ledgers,
                                             const DelayRule& rule, std::uint64_t now_ms);

/// The next message, nullopt if there is none: delays first, else the oldest batches that a ledger
/// has for good and that were not told, one anchor's. Failures of the store are passed on.
Result<std::optional<WebhookMessage>> next_message(const StoreReader& reader,
                                                   const WebhookSubject& subject,
                                                   const WebhookState& state,
                                                   const std::vector<AnchorDelay>& delays,
                                                   const DelayRule& rule);

/// It has arrived: the cursor moves on.
void note_told(const WebhookMessage& message, WebhookState& state);

}  // namespace kedge::node
