// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "node/metrics/families.hpp"

namespace kedge::node {
namespace {

constexpr MetricName kLagSeconds = {
    "kedge_anchor_lag_seconds",
    "Time from the newest checkpoint that is final on the ledger to the newest one of all."};
constexpr MetricName kLagCheckpoints = {"kedge_anchor_lag_checkpoints",
                                        "Checkpoints that no final anchor covers."};
constexpr MetricName kLagEntries = {"kedge_anchor_lag_entries",
                                    "Log entries that no final anchor covers."};
constexpr MetricName kLagBlocks = {
    "kedge_anchor_lag_blocks",
    "Blocks until the anchor in flight is final; 0 while it is in none, or is not counted so."};
constexpr MetricName kOldest = {
    "kedge_anchor_oldest_unanchored_seconds",
    "Age of the oldest checkpoint that no final anchor covers; 0 if there is none."};
constexpr MetricName kTransactions = {
    "kedge_anchor_transactions_total",
    "What became of anchors: sent, send_failed, mined, final, reorganised."};
constexpr MetricName kUp = {"kedge_ledger_up",
                            "1 while the ledger answers and agrees with the log."};
constexpr MetricName kHalted = {"kedge_ledger_halted", "1 while anchoring needs an operator."};
constexpr MetricName kEndpointUp = {"kedge_ledger_endpoint_up",
                                    "1 if the server's last answer was good, by its place in the "
                                    "settings."};
constexpr MetricName kEndpointFailures = {"kedge_ledger_endpoint_failures",
                                          "Failures of the server since its last answer."};
constexpr MetricName kEndpointRequests = {"kedge_ledger_endpoint_requests_total",
                                          "Requests to the server: answered, failed."};

double seconds_between(std::uint64_t from_ms, std::uint64_t to_ms) {
  return to_ms > from_ms ? static_cast<double>(to_ms - from_ms) / 1e3 : 0;
}

/// The newest final anchor: one is in flight at most.
Result<std::optional<AnchorRow>> newest_final(const StoreReader& reader,
                                              const std::string& ledger) {
  Result<AnchorRow> row = reader.latest_anchor(ledger);
  while (row && row->state != AnchorState::final) {
    row = reader.anchor_before(ledger, row->epoch);
  }
  if (row) return std::optional<AnchorRow>(*std::move(row));
  if (row.error().code == Errc::not_found) return std::optional<AnchorRow>();
  return row.error();
}

void add_lag(FamilyList& list, const Services& services, const Labels& labels,
             const std::string& ledger) {
  const auto reader = services.store.snapshot();
  const auto newest = reader->latest_checkpoint();
  const auto anchor = newest_final(*reader, ledger);
  if (!newest || !anchor) return;
  const std::uint64_t first_missing = *anchor ? (*anchor)->epoch + 1 : 0;
  const bool covered = first_missing > newest->epoch;
  const auto last_covered = reader->checkpoint(*anchor ? (*anchor)->epoch : 0);
  const auto oldest = covered ? newest : reader->checkpoint(first_missing);
  if (!last_covered || !oldest) return;
  const std::uint64_t covered_size = *anchor ? (*anchor)->size : 0;
  list.gauge(kLagSeconds, covered ? 0 : seconds_between(last_covered->time_ms, newest->time_ms),
             labels);
  list.gauge(kLagCheckpoints, covered ? 0 : static_cast<double>(newest->epoch + 1 - first_missing),
             labels);
  list.gauge(kLagEntries, covered ? 0 : static_cast<double>(newest->size - covered_size), labels);
  list.gauge(kOldest, covered ? 0 : seconds_between(oldest->time_ms, services.clock.unix_ms()),
             labels);
}

void add_anchorer(FamilyList& list, const Anchorer& anchorer, const std::string& ledger) {
  const Labels labels = {{"ledger", ledger}};
  const AnchorerStatus status = anchorer.status();
  std::uint64_t blocks = 0;
  if (status.confirmations && status.confirmations->wanted > status.confirmations->have) {
    blocks = status.confirmations->wanted - status.confirmations->have;
  }
  list.gauge(kLagBlocks, static_cast<double>(blocks), labels);
  const bool up = status.standing && !status.fault && status.trouble.empty();
  list.gauge(kUp, up ? 1 : 0, labels);
  list.gauge(kHalted, status.halted || status.fault ? 1 : 0, labels);
  const OutboxCounts& counts = status.counts;
  const std::pair<const char*, std::uint64_t> results[] = {{"sent", counts.sent},
                                                           {"send_failed", counts.send_failed},
                                                           {"mined", counts.mined},
                                                           {"final", counts.final},
                                                           {"reorganised", counts.reorganised}};
  for (const auto& [result, count] : results) {
    list.counter(kTransactions, static_cast<double>(count),
                 {{"ledger", ledger}, {"result", result}});
  }
}

void add_endpoints(FamilyList& list, const ledger::Ledger& ledger) {
  std::size_t place = 0;
  for (const ledger::LedgerEndpoint& endpoint : ledger.endpoints()) {
    Labels labels = {{"ledger", ledger.name()},
                     {"position", std::to_string(place++)},
                     {"endpoint", endpoint.name}};
    list.gauge(kEndpointUp, endpoint.failures == 0 && endpoint.answered_total != 0 ? 1 : 0, labels);
    list.gauge(kEndpointFailures, endpoint.failures, labels);
    labels.emplace_back("result", "answered");
    list.counter(kEndpointRequests, static_cast<double>(endpoint.answered_total), labels);
    labels.back().second = "failed";
    list.counter(kEndpointRequests, static_cast<double>(endpoint.failed_total), labels);
  }
}

}  // namespace

void add_anchor_families(FamilyList& list, const MetricsSources& sources) {
  for (const LedgerService& ledger : sources.services.ledgers) {
    add_lag(list, sources.services, {{"ledger", ledger.name}}, ledger.name);
    if (ledger.anchorer != nullptr) add_anchorer(list, *ledger.anchorer, ledger.name);
  }
  for (const ledger::Ledger* ledger : sources.ledgers) add_endpoints(list, *ledger);
}

}  // namespace kedge::node
