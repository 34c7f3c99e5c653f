// SPDX-License-Identifier: Apache-2.0
#include "node/store/issuer_steps.hpp"

#include <string>

namespace kedge::node {
namespace {

Error contradiction(std::string message) {
  return {Errc::corrupt, std::move(message)};
}

std::string text(std::uint64_t value) {
  return std::to_string(value);
}

}  // namespace

Result<Hash> IssuerSteps::batch(const BatchRow& row) {
  auto step = find(row.issuer);
  if (!step) return step.error();
  if (row.first_position != (*step)->position) {
    return contradiction("a batch of issuer " + text(row.issuer) + " begins at position " +
                         text(row.first_position) + ", but " + text((*step)->position) +
                         " is the first that is not sealed");
  }
  (*step)->position += row.count;
  const std::uint64_t accepted =
      row.issuer < next_positions_.size() ? next_positions_[row.issuer] : 0;
  if ((*step)->position > accepted) {
    return contradiction("a batch of issuer " + text(row.issuer) + " ends at position " +
                         text((*step)->position) + ", but only " + text(accepted) +
                         " are accepted");
  }
  if (auto ok = follow(**step, row.issuer_seq, row.log_index, "batch"); !ok) return ok.error();
  return (*step)->stored.issuer_hash;
}

Result<Hash> IssuerSteps::status(const StatusRow& row) {
  auto step = find(row.issuer);
  if (!step) return step.error();
  if ((*step)->has_status) {
    return invalid_argument("issuer " + text(row.issuer) + " has two status entries", "statuses");
  }
  (*step)->has_status = true;
  if (row.log_index <= (*step)->log_index) {
    return invalid_argument(
        "the status entry of issuer " + text(row.issuer) + " comes before its batches", "statuses");
  }
  if (row.lists.empty() || row.lists.front().size != (*step)->position) {
    return contradiction("the register of issuer " + text(row.issuer) + " has " +
                         text((*step)->position) + " entries");
  }
  if (auto ok = follow(**step, row.issuer_seq, row.log_index, "status entry"); !ok) {
    return ok.error();
  }
  (*step)->status_root = row.status_root;
  return (*step)->stored.issuer_hash;
}

Status IssuerSteps::row(const IssuerRow& row) {
  auto step = find(row.id);
  if (!step) return step.error();
  if ((*step)->seen) return invalid_argument("issuer " + text(row.id) + " is there twice");
  (*step)->seen = true;
  if (row.name != (*step)->stored.name || row.issuer_hash != (*step)->stored.issuer_hash) {
    return contradiction("issuer " + text(row.id) + " would change its name");
  }
  if (row.credential_count != (*step)->position) {
    return contradiction("issuer " + text(row.id) + " has " + text((*step)->position) +
                         " sealed credentials, not " + text(row.credential_count));
  }
  if (row.next_issuer_seq < (*step)->seq) {
    return contradiction("the sequence number of issuer " + text(row.id) + " is behind");
  }
  if (row.status_root != (*step)->status_root) {
    return contradiction("the status root of issuer " + text(row.id) +
                         " is not that of its newest status entry");
  }
  return {};
}

Status IssuerSteps::finish() const {
  for (const auto& [id, step] : steps_) {
    if (!step.seen) return invalid_argument("the row of issuer " + text(id) + " is missing");
  }
  return {};
}

Result<IssuerSteps::Step*> IssuerSteps::find(IssuerId id) {
  auto found = steps_.find(id);
  if (found == steps_.end()) {
    auto stored = before_.issuer(id);
    if (!stored) return stored.error();
    Step step;
    step.stored = *std::move(stored);
    step.position = step.stored.credential_count;
    step.seq = step.stored.next_issuer_seq;
    step.status_root = step.stored.status_root;
    found = steps_.emplace(id, std::move(step)).first;
  }
  return &found->second;
}

Status IssuerSteps::follow(Step& step, std::uint64_t issuer_seq, std::uint64_t log_index,
                           std::string_view what) {
  if (issuer_seq < step.seq) {
    return contradiction("a " + std::string(what) + " of issuer " + text(step.stored.id) +
                         " has sequence number " + text(issuer_seq) + ", but " + text(step.seq) +
                         " is next");
  }
  step.seq = issuer_seq + 1;
  step.log_index = log_index;
  return {};
}

}  // namespace kedge::node
