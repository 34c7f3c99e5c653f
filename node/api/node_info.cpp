// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

void write_ledger(rpc::JsonWriter& json, const LedgerService& ledger) {
  json.begin_object()
      .string("name", ledger.name)
      .string("kind", ledger.kind)
      .boolean("independent", ledger.capabilities.independent)
      .boolean("offline_proof", ledger.capabilities.offline_proof);
  if (ledger.anchorer != nullptr) {
    const AnchorerStatus status = ledger.anchorer->status();
    if (status.standing) {
      json.string("standing",
                  *status.standing == LedgerStanding::consistent ? "consistent" : "behind");
    } else {
      json.null("standing");
    }
    json.boolean("stopped", status.fault.has_value())
        .boolean("halted", status.halted)
        .string("trouble", status.trouble);
  }
  json.end_object();
}

void write_sequencer(rpc::JsonWriter& json, const SequencerStatus& status) {
  json.begin_object("sequencer")
      .boolean("accepting", status.accepting)
      .boolean("failed", status.fault.has_value())
      .string("seal_blocked", status.seal_blocked)
      .number("queued_items", status.queued_items)
      .number("unsealed", status.unsealed)
      .number("accepted_total", status.accepted_total)
      .number("duplicate_total", status.duplicate_total)
      .number("group_total", status.group_total)
      .number("seal_total", status.seal_total)
      .end_object();
}

}  // namespace

Status node_info(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  const Result<std::vector<IssuerRow>> issuers = reader->issuers();
  if (!issuers) return issuers.error();
  const Result<CheckpointRow> checkpoint = reader->latest_checkpoint();
  if (!checkpoint && checkpoint.error().code != Errc::not_found) return checkpoint.error();

  rpc::JsonWriter json(out);
  json.begin_object()
      .string("version", services.version)
      .string("origin", services.store.identity().origin)
      .string("log_key", services.log_key.vkey())
      .time("time", services.clock.unix_ms());
  if (checkpoint) {
    json.begin_object("checkpoint")
        .number("epoch", checkpoint->epoch)
        .number("size", checkpoint->size)
        .hash("root", checkpoint->root)
        .time("time", checkpoint->time_ms)
        .end_object();
  } else {
    json.null("checkpoint");
  }
  json.begin_array("issuers");
  for (const IssuerRow& issuer : *issuers) {
    const Result<std::uint64_t> next = reader->next_position(issuer.id);
    if (!next) return next.error();
    json.begin_object()
        .string("issuer", issuer.name)
        .number("accepted", *next)
        .number("sealed", issuer.credential_count)
        .end_object();
  }
  json.end_array().begin_array("ledgers");
  for (const LedgerService& ledger : services.ledgers) write_ledger(json, ledger);
  json.end_array();
  write_sequencer(json, services.sequencer.status());
  json.end_object();
  return {};
}

}  // namespace kedge::node::api
