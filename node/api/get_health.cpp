// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "rpc/errors.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {
namespace {

struct Reason {
  /// For machines; node/api/README.md has the list.
  std::string_view code;
  /// For people, without any detail of a fault.
  std::string message;
};

void add_ledger(std::vector<Reason>& reasons, const LedgerService& ledger) {
  if (ledger.anchorer == nullptr) return;
  const AnchorerStatus status = ledger.anchorer->status();
  if (!status.fault) return;
  if (!status.standing) {
    reasons.push_back({"ledger-ahead", "the ledger " + ledger.name +
                                           " contradicts the log: see the log of the node"});
  } else {
    reasons.push_back({"anchoring-stopped",
                       "anchoring to " + ledger.name + " has stopped: see the log of the node"});
  }
}

/// Why the node cannot do its work, or soon will not.
std::vector<Reason> reasons_against(const Services& services) {
  std::vector<Reason> reasons;
  const SequencerStatus status = services.sequencer.status();
  const bool draining = services.draining != nullptr && *services.draining;
  if (draining) reasons.push_back({"draining", "the node has been told to end"});
  if (status.fault) {
    reasons.push_back(
        {"store-failed", "writing has failed: see the log of the node and start it again"});
  } else if (!status.accepting && !draining) {
    reasons.push_back({"not-accepting", "the node is starting or stopping"});
  }
  if (!status.seal_blocked.empty()) {
    reasons.push_back({"sealing-held", "sealing is held up: " + status.seal_blocked});
  }
  for (const LedgerService& ledger : services.ledgers) add_ledger(reasons, ledger);
  const Result<CheckpointRow> checkpoint = services.store.snapshot()->latest_checkpoint();
  if (!checkpoint && checkpoint.error().code == Errc::not_found) {
    reasons.push_back({"no-checkpoint", "the log has no checkpoint yet"});
  } else if (!checkpoint) {
    reasons.push_back({"store-unreadable", "reading has failed: see the log of the node"});
  }
  return reasons;
}

}  // namespace

rpc::HttpResponse get_health(const Services&, const rpc::HttpRequest&) {
  rpc::HttpResponse response;
  response.body = "{\"status\":\"ok\"}\n";
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

rpc::HttpResponse get_readiness(const Services& services, const rpc::HttpRequest&) {
  const std::vector<Reason> reasons = reasons_against(services);
  rpc::HttpResponse response;
  rpc::JsonWriter json(response.body);
  json.begin_object().boolean("ready", reasons.empty()).begin_array("reasons");
  for (const Reason& reason : reasons) {
    json.begin_object().string("code", reason.code).string("message", reason.message).end_object();
  }
  json.end_array().end_object();
  response.body += '\n';
  response.headers.emplace_back("Cache-Control", "no-store");
  if (!reasons.empty()) {
    response.status = 503;
    response.headers.emplace_back("Retry-After", std::to_string(rpc::kRetryAfterSeconds));
  }
  return response;
}

}  // namespace kedge::node::api
