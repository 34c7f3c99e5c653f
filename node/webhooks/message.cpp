// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/message.hpp"

#include <algorithm>

#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "crypto/sha256.hpp"
#include "node/anchoring/covered.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node {
namespace {

using Type = WebhookMessage::Type;
using Next = Result<std::optional<WebhookMessage>>;

/// `msg_` and 32 hex digits, made of what the message is about.
std::string message_id(Type type, const WebhookSubject& subject, const std::string& ledger,
                       std::uint64_t number) {
  std::string text;
  // No name has a line feed in it.
  for (const std::string_view part : {std::string_view(subject.origin), webhook_type_name(type),
                                      std::string_view(subject.issuer), std::string_view(ledger)}) {
    text.append(part).append("\n");
  }
  const Hash hash = crypto::sha256(as_bytes(text + std::to_string(number)));
  return "msg_" + crypto::to_hex(ByteView(hash).first(16));
}

rpc::JsonWriter begin_body(WebhookMessage& message, const WebhookSubject& subject) {
  rpc::JsonWriter json(message.body);
  json.begin_object()
      .string("type", webhook_type_name(message.type))
      .time("timestamp", std::min(message.time_ms, crypto::kMaxTimeMs))
      .begin_object("data")
      .string("log", subject.origin)
      .string("issuer", subject.issuer)
      .string("ledger", message.ledger);
  return json;
}

template <class Row>
void write_checkpoint(rpc::JsonWriter& json, const char* name, const Row& row) {
  json.begin_object(name)
      .number("epoch", row.epoch)
      .number("size", row.size)
      .hash("root", row.root)
      .time("time", row.time_ms)
      .end_object();
}

/// The batch's own checkpoint and row, as a message has them.
Status write_batch(rpc::JsonWriter& json, const StoreReader& reader, const BatchRow& batch) {
  const Result<CheckpointRow> checkpoint = reader.checkpoint_covering(batch.log_index);
  if (!checkpoint) return checkpoint.error();
  json.begin_object()
      .number("log_index", batch.log_index)
      .number("first_position", batch.first_position)
      .number("count", batch.count)
      .number("epoch", checkpoint->epoch)
      .time("time", batch.time_ms)
      .end_object();
  return {};
}

/// The final anchor that covers a log entry; nullopt while there is none.
Result<std::optional<AnchorRow>> final_anchor(const StoreReader& reader, const std::string& ledger,
                                              std::uint64_t log_index) {
  const Result<CheckpointRow> checkpoint = reader.checkpoint_covering(log_index);
  if (!checkpoint) return checkpoint.error();
  const Result<AnchorRow> anchor = reader.anchor_covering(ledger, checkpoint->epoch);
  if (!anchor && anchor.error().code != Errc::not_found) return anchor.error();
  if (!anchor || anchor->state != AnchorState::final) return std::optional<AnchorRow>();
  return std::optional<AnchorRow>(*anchor);
}

Next next_batches(const StoreReader& reader, const WebhookSubject& subject, IssuerId issuer,
                  const WebhookCursor& cursor) {
  const Next none = std::optional<WebhookMessage>();
  const auto batch_of = [&](std::uint64_t position) { return reader.batch_of(issuer, position); };
  Result<BatchRow> batch = batch_of(*cursor.position);
  if (!batch && batch.error().code == Errc::not_found) return none;
  if (!batch) return batch.error();
  const auto anchor = final_anchor(reader, cursor.ledger, batch->log_index);
  if (!anchor) return anchor.error();
  if (!*anchor) return none;

  WebhookMessage message;
  message.id = message_id(Type::batch_final, subject, cursor.ledger, *cursor.position);
  message.ledger = cursor.ledger;
  message.time_ms = (*anchor)->time_ms;
  rpc::JsonWriter json = begin_body(message, subject);
  write_checkpoint(json, "anchor", **anchor);
  json.begin_array("batches");
  for (std::size_t told = 0; told < kMaxBatchesTold; ++told) {
    if (Status written = write_batch(json, reader, *batch); !written) return written.error();
    message.end = batch->first_position + batch->count;
    batch = batch_of(message.end);
    if (!batch && batch.error().code != Errc::not_found) return batch.error();
    // What another anchor made final is another message: this one must not grow.
    if (!batch || batch->log_index >= (*anchor)->size) break;
  }
  json.end_array().end_object().end_object();
  return std::optional<WebhookMessage>(std::move(message));
}

WebhookMessage delayed_message(const WebhookSubject& subject, const AnchorDelay& delay,
                               const DelayRule& rule) {
  WebhookMessage message;
  message.type = Type::anchor_delayed;
  message.id = message_id(message.type, subject, delay.ledger, delay.checkpoint.epoch);
  message.ledger = delay.ledger;
  message.time_ms = delay.checkpoint.time_ms + rule.after_ms;
  message.end = delay.checkpoint.epoch;
  rpc::JsonWriter json = begin_body(message, subject);
  write_checkpoint(json, "checkpoint", delay.checkpoint);
  json.end_object().end_object();
  return message;
}

/// The end of a delay that was told, once the ledger has the checkpoint.
Next resumed_message(const StoreReader& reader, const WebhookSubject& subject,
                     const WebhookCursor& cursor) {
  const Result<AnchorRow> anchor = reader.anchor_covering(cursor.ledger, *cursor.delayed);
  if (!anchor && anchor.error().code != Errc::not_found) return anchor.error();
  if (!anchor || anchor->state == AnchorState::intended) return std::optional<WebhookMessage>();
  const Result<CheckpointRow> checkpoint = reader.checkpoint(*cursor.delayed);
  if (!checkpoint) return checkpoint.error();
  WebhookMessage message;
  message.type = Type::anchor_resumed;
  message.id = message_id(message.type, subject, cursor.ledger, *cursor.delayed);
  message.ledger = cursor.ledger;
  message.time_ms = anchor->time_ms;
  message.end = *cursor.delayed;
  rpc::JsonWriter json = begin_body(message, subject);
  write_checkpoint(json, "checkpoint", *checkpoint);
  write_checkpoint(json, "anchor", *anchor);
  json.end_object().end_object();
  return std::optional<WebhookMessage>(std::move(message));
}

Next next_delay(const StoreReader& reader, const WebhookSubject& subject,
                const WebhookCursor& cursor, const std::vector<AnchorDelay>& delays,
                const DelayRule& rule) {
  const auto now = std::find_if(delays.begin(), delays.end(), [&](const AnchorDelay& delay) {
    return delay.ledger == cursor.ledger;
  });
  const bool late = now != delays.end();
  if (late && !cursor.delayed && subject.delays) {
    return std::optional<WebhookMessage>(delayed_message(subject, *now, rule));
  }
  if (!late && cursor.delayed) return resumed_message(reader, subject, cursor);
  return std::optional<WebhookMessage>();
}

/// The issuer's first credential that the ledger has not for good.
Result<std::uint64_t> first_not_final(const StoreReader& reader, const std::string& issuer,
                                      const std::string& ledger) {
  const Result<IssuerRow> row = reader.issuer_by_name(issuer);
  if (!row && row.error().code == Errc::not_found) return std::uint64_t{0};
  if (!row) return row.error();
  const Result<AnchorRow> newest = reader.latest_anchor(ledger);
  if (!newest && newest.error().code == Errc::not_found) return std::uint64_t{0};
  if (!newest) return newest.error();
  const auto anchor = newest_final(reader, *newest);
  if (!anchor) return anchor.error();
  return *anchor ? covered_end(reader, *row, 0, (*anchor)->size) : std::uint64_t{0};
}

/// The first epoch that no block of the ledger covers.
Result<std::uint64_t> first_unanchored(const StoreReader& reader, const std::string& ledger) {
  Result<AnchorRow> anchor = reader.latest_anchor(ledger);
  if (anchor && anchor->state == AnchorState::intended) {
    anchor = reader.anchor_before(ledger, anchor->epoch);
  }
  if (!anchor && anchor.error().code == Errc::not_found) return std::uint64_t{0};
  if (!anchor) return anchor.error();
  return anchor->epoch + 1;
}

}  // namespace

std::string_view webhook_type_name(Type type) {
  switch (type) {
    case Type::anchor_delayed:
      return "anchor.delayed";
    case Type::anchor_resumed:
      return "anchor.resumed";
    case Type::batch_final:
      break;
  }
  return "batch.final";
}

Status begin_cursors(const StoreReader& reader, const WebhookSubject& subject,
                     const std::vector<std::string>& ledgers, WebhookState& state) {
  for (const std::string& ledger : ledgers) {
    WebhookCursor& cursor = state.cursor(ledger);
    if (!subject.batches || cursor.position) continue;
    const Result<std::uint64_t> first = first_not_final(reader, subject.issuer, ledger);
    if (!first) return first.error();
    cursor.position = *first;
  }
  // What is not asked for any more is not kept: asked for again, it begins anew.
  for (WebhookCursor& cursor : state.cursors) {
    if (!subject.batches) cursor.position.reset();
    if (!subject.delays) cursor.delayed.reset();
  }
  return {};
}

Result<std::vector<AnchorDelay>> find_delays(const StoreReader& reader,
                                             const std::vector<std::string>& ledgers,
                                             const DelayRule& rule, std::uint64_t now_ms) {
  std::vector<AnchorDelay> delays;
  for (const std::string& ledger : ledgers) {
    const Result<std::uint64_t> epoch = first_unanchored(reader, ledger);
    if (!epoch) return epoch.error();
    const Result<CheckpointRow> oldest = reader.checkpoint(*epoch);
    if (!oldest && oldest.error().code == Errc::not_found) continue;
    if (!oldest) return oldest.error();
    const std::uint64_t waits_since = std::max(oldest->time_ms, rule.since_ms);
    if (now_ms > waits_since && now_ms - waits_since > rule.after_ms) {
      delays.push_back({ledger, *oldest});
    }
  }
  return delays;
}

Next next_message(const StoreReader& reader, const WebhookSubject& subject,
                  const WebhookState& state, const std::vector<AnchorDelay>& delays,
                  const DelayRule& rule) {
  for (const WebhookCursor& cursor : state.cursors) {
    Next delay = next_delay(reader, subject, cursor, delays, rule);
    if (!delay || *delay) return delay;
  }
  std::optional<WebhookMessage> oldest;
  const Result<IssuerRow> issuer = reader.issuer_by_name(subject.issuer);
  if (!issuer && issuer.error().code == Errc::not_found) return oldest;
  if (!issuer) return issuer.error();
  for (const WebhookCursor& cursor : state.cursors) {
    if (!cursor.position) continue;
    Next next = next_batches(reader, subject, issuer->id, cursor);
    if (!next) return next;
    if (*next && (!oldest || (*next)->time_ms < oldest->time_ms)) oldest = **std::move(next);
  }
  return oldest;
}

void note_told(const WebhookMessage& message, WebhookState& state) {
  WebhookCursor& cursor = state.cursor(message.ledger);
  switch (message.type) {
    case Type::batch_final:
      cursor.position = message.end;
      break;
    case Type::anchor_delayed:
      cursor.delayed = message.end;
      break;
    case Type::anchor_resumed:
      cursor.delayed.reset();
      break;
  }
}

}  // namespace kedge::node
