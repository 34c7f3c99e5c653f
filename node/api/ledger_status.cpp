// SPDX-License-Identifier: Apache-2.0
#include "node/api/anchor_json.hpp"
#include "node/api/handlers.hpp"
#include "rpc/json_writer.hpp"
#include "rpc/params.hpp"

namespace kedge::node::api {
namespace {

/// How the ledger answers, in one word.
std::string_view condition(const AnchorerStatus& status) {
  if (status.fault) return "stopped";
  if (status.halted) return "halted";
  if (!status.trouble.empty()) return "troubled";
  return status.standing ? "working" : "starting";
}

void write_anchor(rpc::JsonWriter& json, const AnchorRow& anchor, const AnchorerStatus& status) {
  json.begin_object("newest");
  write_anchor_members(json, anchor);
  if (anchor.state == AnchorState::mined && status.confirmations) {
    const ledger::Confirmations& seen = *status.confirmations;
    json.number("block", seen.block).number("confirmations", seen.have);
    if (seen.wanted != 0) json.number("confirmations_wanted", seen.wanted);
    if (seen.final_at_ms != 0) json.time("final_expected_at", seen.final_at_ms);
  }
  json.end_object();
}

Status write_ledger(rpc::JsonWriter& json, const StoreReader& reader, const LedgerService& ledger) {
  const Result<AnchorRow> newest = reader.latest_anchor(ledger.name);
  if (!newest && newest.error().code != Errc::not_found) return newest.error();
  const AnchorerStatus status =
      ledger.anchorer != nullptr ? ledger.anchorer->status() : AnchorerStatus();
  json.begin_object()
      .string("ledger", ledger.name)
      .string("kind", ledger.kind)
      .string("condition", condition(status));
  if (newest) {
    write_anchor(json, *newest, status);
  } else {
    json.null("newest");
  }
  json.end_object();
  return {};
}

}  // namespace

Status ledger_status(const Services& services, std::string_view text, std::string& out) {
  rpc::Params params(text);
  const auto wanted = params.optional_string("ledger", kMaxLedgerName);
  if (Status status = params.finish(); !status) return status;

  const std::unique_ptr<StoreReader> reader = services.store.snapshot();
  rpc::JsonWriter json(out);
  json.begin_object().begin_array("ledgers");
  bool found = !wanted.has_value();
  for (const LedgerService& ledger : services.ledgers) {
    if (wanted && *wanted != ledger.name) continue;
    found = true;
    if (Status status = write_ledger(json, *reader, ledger); !status) return status;
  }
  if (!found) return Error{Errc::not_found, "this node has no ledger of this name", "ledger"};
  json.end_array().end_object();
  return {};
}

}  // namespace kedge::node::api
