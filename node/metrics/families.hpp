// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/metrics/family_list.hpp"
#include "node/metrics/metrics.hpp"

/// The metrics by what they are about, one file each. What cannot be read is left out: a scrape
/// never fails for it.
namespace kedge::node {

/// Calls, answers, connections, the queue of the workers.
void add_call_families(FamilyList& list, const MetricsSources& sources);
/// What is accepted and sealed, the log, the store, readiness.
void add_write_families(FamilyList& list, const MetricsSources& sources);
/// Each ledger: how far its anchors are behind, and how its servers answer.
void add_anchor_families(FamilyList& list, const MetricsSources& sources);
/// The process, under the names that all Prometheus clients give it.
void add_process_families(FamilyList& list);

}  // namespace kedge::node
