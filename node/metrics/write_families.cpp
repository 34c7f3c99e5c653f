// SPDX-License-Identifier: Apache-2.0
#include "node/api/handlers.hpp"
#include "node/metrics/families.hpp"

namespace kedge::node {
namespace {

double age_seconds(std::uint64_t time_ms, std::uint64_t now_ms) {
  return now_ms > time_ms ? static_cast<double>(now_ms - time_ms) / 1e3 : 0;
}

void add_sequencer(FamilyList& list, const SequencerStatus& status) {
  const auto number = [](auto value) { return static_cast<double>(value); };
  list.counter({"kedge_credentials_accepted_total", "Credentials accepted, durably."},
               number(status.accepted_total));
  list.counter({"kedge_credentials_duplicate_total", "Credentials sent that were there already."},
               number(status.duplicate_total));
  list.counter({"kedge_status_changes_total", "Status changes accepted, durably."},
               number(status.changed_total));
  list.counter({"kedge_status_entries_allocated_total", "Entries of published lists handed out."},
               number(status.allocated_total));
  list.counter({"kedge_commits_total", "Group commits of credentials."},
               number(status.group_total));
  list.counter({"kedge_epochs_sealed_total", "Epochs sealed since the start."},
               number(status.seal_total));
  list.gauge(
      {"kedge_accept_queue_items", "Items that wait to be committed; bounded by batch.max_queue."},
      number(status.queued_items));
  list.gauge({"kedge_accept_queue_bytes", "Memory of the calls that wait to be committed."},
             number(status.queued_bytes));
  list.gauge({"kedge_unsealed_credentials", "Credentials accepted and not in the log yet."},
             number(status.unsealed));
  list.gauge({"kedge_unsealed_status_changes", "Status changes accepted and not in the log yet."},
             number(status.unsealed_changes));
  list.gauge({"kedge_accepting", "1 while credentials are accepted."}, status.accepting ? 1 : 0);
  list.gauge({"kedge_sealing_held", "1 while something forbids to seal; /readyz says what."},
             status.seal_blocked.empty() ? 0 : 1);
  list.gauge({"kedge_store_failed",
              "1 after a write has failed: the node takes nothing more until it is started again."},
             status.fault ? 1 : 0);
}

void add_log(FamilyList& list, const Services& services) {
  const auto checkpoint = services.store.latest()->latest_checkpoint();
  if (!checkpoint) return;
  list.gauge({"kedge_log_epoch", "Number of the newest epoch."},
             static_cast<double>(checkpoint->epoch));
  list.gauge({"kedge_log_epoch_age_seconds", "Time since the newest epoch was sealed."},
             age_seconds(checkpoint->time_ms, services.clock.unix_ms()));
  list.gauge({"kedge_log_entries", "Entries of the log, as of the newest checkpoint."},
             static_cast<double>(checkpoint->size));
}

}  // namespace

void add_write_families(FamilyList& list, const MetricsSources& sources) {
  const Services& services = sources.services;
  const bool ready = api::get_readiness(services, {}).status == 200;
  list.gauge({"kedge_ready", "1 while /readyz says so."}, ready ? 1 : 0);
  add_sequencer(list, services.sequencer.status());
  list.gauge({"kedge_waiting_calls", "Calls that wait for a credential to come to a later state."},
             static_cast<double>(services.progress.waits()));
  add_log(list, services);
  const auto octets = sources.store_octets ? sources.store_octets() : std::nullopt;
  if (!octets) return;
  list.gauge({"kedge_store_size_bytes", "Size of the store's files, without its write-ahead log."},
             static_cast<double>(*octets));
}

}  // namespace kedge::node
