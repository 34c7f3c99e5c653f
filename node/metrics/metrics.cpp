// SPDX-License-Identifier: Apache-2.0
#include "node/metrics/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "node/metrics/families.hpp"

namespace kedge::node {
namespace {

/// Bounds of both histograms, in seconds: from a fast disk to one that has stalled.
const prometheus::Histogram::BucketBoundaries& write_bounds() {
  static const prometheus::Histogram::BucketBoundaries bounds = {
      0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10};
  return bounds;
}

prometheus::Histogram& add_histogram(prometheus::Registry& registry, const MetricName& name) {
  return prometheus::BuildHistogram().Name(name.name).Help(name.help).Register(registry).Add(
      {}, write_bounds());
}

prometheus::Counter& add_counter(prometheus::Registry& registry, const MetricName& name) {
  return prometheus::BuildCounter().Name(name.name).Help(name.help).Register(registry).Add({});
}

double in_seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Histogram& commits =
      add_histogram(registry, {"kedge_commit_duration_seconds",
                               "Time of a group commit, from the write to stable storage."});
  prometheus::Histogram& seals = add_histogram(
      registry, {"kedge_seal_duration_seconds",
                 "Time of making an epoch: batches, tree, signature, and one synced write."});
  prometheus::Counter& faults = add_counter(
      registry,
      {"kedge_faults_total", "Calls that failed by a fault of the node; the log has the details."});
  prometheus::Counter& rejected = add_counter(
      registry, {"kedge_proofs_rejected_total",
                 "Proofs that the node has made and not given out, because they did not verify: "
                 "stored data contradict themselves. Always 0 in a sound node."});
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::note_commit(std::chrono::nanoseconds took) noexcept {
  impl_->commits.Observe(in_seconds(took));
}

void Metrics::note_seal(std::chrono::nanoseconds took) noexcept {
  impl_->seals.Observe(in_seconds(took));
}

void Metrics::note_fault() noexcept {
  impl_->faults.Increment();
}

void Metrics::note_rejected_proof() noexcept {
  impl_->rejected.Increment();
}

std::string Metrics::text(const MetricsSources& sources) const {
  FamilyList list;
  list.gauge({"kedge_build_info", "1; its label says which version runs."}, 1,
             {{"version", sources.services.version}});
  add_call_families(list, sources);
  add_write_families(list, sources);
  add_anchor_families(list, sources);
  list.add(impl_->registry.Collect());
  add_process_families(list);
  return prometheus::TextSerializer().Serialize(list.all());
}

}  // namespace kedge::node
