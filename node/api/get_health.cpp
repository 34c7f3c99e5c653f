// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "rpc/errors.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {
namespace {

/// Why the node cannot do its work, one line each; no detail of a fault.
std::vector<std::string> reasons_against(const Services& services) {
  std::vector<std::string> reasons;
  const SequencerStatus status = services.sequencer.status();
  if (status.fault) {
    reasons.emplace_back("writing has failed: see the log of the node and start it again");
  } else if (!status.accepting) {
    reasons.emplace_back("the node is starting or stopping");
  }
  if (!status.seal_blocked.empty()) reasons.push_back("sealing is held up: " + status.seal_blocked);
  for (const LedgerService& ledger : services.ledgers) {
    if (ledger.anchorer == nullptr || !ledger.anchorer->status().fault) continue;
    reasons.push_back("anchoring to " + ledger.name + " has stopped: see the log of the node");
  }
  if (!services.store.snapshot()->latest_checkpoint()) {
    reasons.emplace_back("the log has no checkpoint yet");
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
  const std::vector<std::string> reasons = reasons_against(services);
  rpc::HttpResponse response;
  rpc::JsonWriter json(response.body);
  json.begin_object().boolean("ready", reasons.empty()).begin_array("reasons");
  for (const std::string& reason : reasons) json.string({}, reason);
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
