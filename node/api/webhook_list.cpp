// SPDX-License-Identifier: Apache-2.0
#include "node/access/scopes.hpp"
#include "node/api/handlers.hpp"
#include "node/webhooks/webhooks.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

void write_delivery(rpc::JsonWriter& json, const char* name,
                    const std::optional<WebhookDelivery>& delivery) {
  if (!delivery) {
    json.null(name);
    return;
  }
  json.begin_object(name)
      .string("id", delivery->id)
      .time("time", delivery->time_ms)
      .string("outcome", delivery->outcome)
      .end_object();
}

void write_time(rpc::JsonWriter& json, const char* name, std::optional<std::uint64_t> time_ms) {
  if (time_ms) {
    json.time(name, *time_ms);
  } else {
    json.null(name);
  }
}

void write_report(rpc::JsonWriter& json, const WebhookReport& report) {
  const WebhookState& state = report.state;
  json.begin_object()
      .string("name", state.name)
      .string("issuer", state.issuer)
      .string("target", report.target)
      .begin_array("events");
  if (report.batches) json.string({}, "batch.final");
  if (report.delays) json.string({}, "anchor.delayed");
  json.end_array().string("condition", report.condition).number("delivered", state.delivered);
  write_delivery(json, "last_delivery", state.last_delivery);
  write_delivery(json, "last_failure", state.last_failure);
  json.number("failures", report.failures);
  const std::uint64_t since = state.failing_since_ms;
  write_time(json, "failing_since", since == 0 ? std::nullopt : std::optional(since));
  write_time(json, "next_try", report.next_try_ms);
  json.begin_array("ledgers");
  for (const WebhookCursor& cursor : state.cursors) {
    json.begin_object().string("ledger", cursor.ledger);
    if (cursor.position) json.number("told", *cursor.position);
    if (cursor.delayed) json.number("delayed", *cursor.delayed);
    json.end_object();
  }
  json.end_array().end_object();
}

}  // namespace

Status webhook_list(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const auto issuer = params.optional_string("issuer", kMaxIssuerOctets);
  if (Status status = params.finish(); !status) return status;

  rpc::JsonWriter json(out);
  json.begin_object().begin_array("webhooks");
  if (services.webhooks != nullptr) {
    for (const WebhookReport& report : services.webhooks->reports()) {
      if (!issuer || *issuer == report.state.issuer) write_report(json, report);
    }
  }
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
