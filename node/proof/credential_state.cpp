// SPDX-License-Identifier: Apache-2.0
#include "node/proof/credential_state.hpp"

#include <algorithm>
#include <array>

namespace kedge::node {
namespace {

constexpr std::array<std::string_view, 4> kStateNames = {"accepted", "sealed", "anchored", "final"};

/// The ledgers that have anchors, the preferred ones first.
Result<std::vector<std::string>> ordered_ledgers(const StoreReader& reader,
                                                 const std::vector<std::string>& preferred) {
  Result<std::vector<std::string>> ledgers = reader.anchor_ledgers();
  if (!ledgers) return ledgers;
  const auto rank = [&preferred](const std::string& name) {
    return std::find(preferred.begin(), preferred.end(), name) - preferred.begin();
  };
  std::sort(ledgers->begin(), ledgers->end(), [&rank](const auto& a, const auto& b) {
    const auto rank_a = rank(a);
    const auto rank_b = rank(b);
    return rank_a != rank_b ? rank_a < rank_b : a < b;
  });
  return ledgers;
}

}  // namespace

std::string_view state_name(CredentialState state) {
  return kStateNames.at(static_cast<std::size_t>(state));
}

Result<CredentialState> state_from_name(std::string_view name) {
  const auto found = std::find(kStateNames.begin(), kStateNames.end(), name);
  if (found == kStateNames.end()) {
    return invalid_argument("expected accepted, sealed, anchored or final");
  }
  return static_cast<CredentialState>(found - kStateNames.begin());
}

Result<std::optional<AnchorRow>> best_anchor(const StoreReader& reader, std::uint64_t epoch,
                                             const std::vector<std::string>& preferred) {
  const auto ledgers = ordered_ledgers(reader, preferred);
  if (!ledgers) return ledgers.error();
  std::optional<AnchorRow> best;
  for (const std::string& ledger : *ledgers) {
    // A ledger takes anchors in order, so none after this one can be further.
    Result<AnchorRow> row = reader.anchor_covering(ledger, epoch);
    if (!row) {
      if (row.error().code == Errc::not_found) continue;
      return row.error();
    }
    if (row->state == AnchorState::intended) continue;
    if (row->state == AnchorState::final) return std::optional(std::move(*row));
    if (!best) best = std::move(*row);
  }
  return best;
}

Result<CredentialState> credential_state(const StoreReader& reader, const Location& where) {
  const Result<BatchRow> batch = reader.batch_of(where.issuer, where.position);
  if (!batch) {
    if (batch.error().code != Errc::not_found) return batch.error();
    const Result<std::uint64_t> next = reader.next_position(where.issuer);
    if (!next) return next.error();
    if (where.position < *next) return CredentialState::accepted;
    return Error{Errc::not_found, "no credential has this position"};
  }
  const Result<CheckpointRow> checkpoint = reader.checkpoint_covering(batch->log_index);
  if (!checkpoint) return checkpoint.error();
  const auto anchor = best_anchor(reader, checkpoint->epoch, {});
  if (!anchor) return anchor.error();
  return anchored_state(*anchor);
}

CredentialState anchored_state(const std::optional<AnchorRow>& anchor) {
  if (!anchor) return CredentialState::sealed;
  return anchor->state == AnchorState::final ? CredentialState::final : CredentialState::anchored;
}

}  // namespace kedge::node
