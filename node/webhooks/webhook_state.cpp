// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/webhook_state.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <nlohmann/json.hpp>

#include "config/webhook_settings.hpp"
#include "crypto/json.hpp"
#include "node/proof/json_fields.hpp"
#include "node/store/store.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "kedge-webhooks/1";
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxId = 64;
/// More ledgers than a node ever has.
constexpr std::size_t kMaxCursors = 1000;

void write_delivery(rpc::JsonWriter& out, const char* name,
                    const std::optional<WebhookDelivery>& delivery) {
  if (!delivery) return;
  out.begin_object(name)
      .string("id", delivery->id)
      .number("time", delivery->time_ms)
      .string("outcome", delivery->outcome.substr(0, kMaxWebhookOutcome))
      .end_object();
}

std::optional<WebhookDelivery> read_delivery(const JsonFields& fields, std::string_view name,
                                             Status& status) {
  if (!fields.has(name)) return std::nullopt;
  JsonFields own(fields.raw(name), fields.path_of(name), status, {"id", "time", "outcome"});
  WebhookDelivery delivery;
  delivery.id = own.text("id", kMaxId);
  delivery.time_ms = own.integer("time");
  delivery.outcome = own.text("outcome", kMaxWebhookOutcome);
  return delivery;
}

WebhookCursor read_cursor(const json& value, const std::string& path, Status& status) {
  JsonFields fields(value, path, status, {"ledger"}, {"position", "delayed"});
  WebhookCursor cursor;
  cursor.ledger = fields.text("ledger", kMaxLedgerName);
  if (fields.has("position")) cursor.position = fields.integer("position");
  if (fields.has("delayed")) cursor.delayed = fields.integer("delayed");
  return cursor;
}

/// The elements of an array, read one by one; refuses anything else and too many.
template <class T, class Read>
std::vector<T> read_list(JsonFields& fields, std::string_view name, std::size_t most,
                         Status& status, Read read) {
  std::vector<T> out;
  const json& list = fields.raw(name);
  if (!status) return out;
  if (!list.is_array() || list.size() > most) {
    fields.refuse(name, "expected an array of at most " + std::to_string(most));
    return out;
  }
  for (std::size_t i = 0; i < list.size() && status; ++i) {
    out.push_back(read(list[i], fields.path_of(name) + "[" + std::to_string(i) + "]", status));
  }
  return out;
}

WebhookState read_state(const json& value, const std::string& path, Status& status) {
  JsonFields fields(value, path, status,
                    {"name", "issuer", "delivered", "failing_since", "disabled", "cursors"},
                    {"last_delivery", "last_failure"});
  WebhookState state;
  state.name = fields.text("name", kMaxName);
  state.issuer = fields.text("issuer", kMaxIssuerName);
  state.delivered = fields.integer("delivered");
  state.failing_since_ms = fields.integer("failing_since");
  const json& disabled = fields.raw("disabled");
  if (status && !disabled.is_boolean()) fields.refuse("disabled", "expected true or false");
  state.disabled = disabled.is_boolean() && disabled.get<bool>();
  state.cursors = read_list<WebhookCursor>(fields, "cursors", kMaxCursors, status, read_cursor);
  std::set<std::string> ledgers;
  for (const WebhookCursor& cursor : state.cursors) {
    if (!ledgers.insert(cursor.ledger).second) fields.refuse("cursors", "names a ledger twice");
  }
  state.last_delivery = read_delivery(fields, "last_delivery", status);
  state.last_failure = read_delivery(fields, "last_failure", status);
  return state;
}

}  // namespace

WebhookCursor& WebhookState::cursor(std::string_view ledger) {
  const auto found = std::find_if(cursors.begin(), cursors.end(), [&](const WebhookCursor& known) {
    return known.ledger == ledger;
  });
  if (found != cursors.end()) return *found;
  return cursors.emplace_back(WebhookCursor{.ledger = std::string(ledger)});
}

std::string format_webhook_states(const std::vector<WebhookState>& states) {
  std::string text;
  rpc::JsonWriter out(text);
  out.begin_object().string("format", kFormat).begin_array("webhooks");
  for (const WebhookState& state : states) {
    out.begin_object()
        .string("name", state.name)
        .string("issuer", state.issuer)
        .number("delivered", state.delivered)
        .number("failing_since", state.failing_since_ms)
        .boolean("disabled", state.disabled)
        .begin_array("cursors");
    for (const WebhookCursor& cursor : state.cursors) {
      out.begin_object().string("ledger", cursor.ledger);
      if (cursor.position) out.number("position", *cursor.position);
      if (cursor.delayed) out.number("delayed", *cursor.delayed);
      out.end_object();
    }
    out.end_array();
    write_delivery(out, "last_delivery", state.last_delivery);
    write_delivery(out, "last_failure", state.last_failure);
    out.end_object();
  }
  out.end_array().end_object();
  return text + "\n";
}

Result<std::vector<WebhookState>> parse_webhook_states(std::string_view text) {
  const auto parsed = crypto::parse_json(text, {.max_bytes = kMaxWebhookStateBytes});
  if (!parsed) return parsed.error();
  Status status;
  JsonFields fields(*parsed, {}, status, {"format", "webhooks"});
  if (fields.text("format", kMaxName) != kFormat && status) {
    fields.refuse("format", "expected \"" + std::string(kFormat) + "\"");
  }
  auto states =
      read_list<WebhookState>(fields, "webhooks", config::kMaxWebhooks, status, read_state);
  std::set<std::string> names;
  for (const WebhookState& state : states) {
    if (!names.insert(state.name).second) fields.refuse("webhooks", "has a name twice");
  }
  if (!status) return status.error();
  return states;
}

Result<std::vector<WebhookState>> read_webhook_states(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::vector<WebhookState>();
  std::ifstream in(file, std::ios::binary);
  std::string text(kMaxWebhookStateBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));
  auto states = parse_webhook_states(text);
  if (states) return states;
  const Error& why = states.error();
  return Error{Errc::corrupt,
               file.string() + " cannot be used: " + (why.field.empty() ? "" : why.field + ": ") +
                   why.message + "; without the file, webhooks are told what comes from now on"};
}

}  // namespace kedge::node
