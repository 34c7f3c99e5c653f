// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "ledger/evm/evm_ledger.hpp"
#include "ledger/evm/fee_plan.hpp"
#include "ledger/evm/quantity.hpp"

/// What became of an anchor: from what the nodes show to what follows from it.
namespace kedge::ledger::evm {
namespace {

using Kind = Sighting::Kind;
using Seen = std::vector<std::pair<EthApi*, Sighting>>;

/// A receipt may lag behind the nonce; only what is seen so often in a row is believed.
constexpr unsigned kSpentSightings = 3;

std::size_t count(const Seen& seen, Kind kind) {
  return static_cast<std::size_t>(std::count_if(
      seen.begin(), seen.end(), [&](const auto& entry) { return entry.second.kind == kind; }));
}

/// The block that most nodes show for this outcome, how many do, and how many call it final.
struct Majority {
  const std::pair<EthApi*, Sighting>* best = nullptr;
  std::size_t votes = 0;
  std::size_t final_votes = 0;
};

Majority majority(const Seen& seen, Kind kind) {
  Majority out;
  for (const auto& entry : seen) {
    if (entry.second.kind != kind) continue;
    Majority same;
    for (const auto& other : seen) {
      const bool agrees = other.second.kind == kind &&
                          other.second.block.hash == entry.second.block.hash &&
                          other.second.receipt.transaction == entry.second.receipt.transaction;
      if (!agrees) continue;
      ++same.votes;
      if (other.second.final) ++same.final_votes;
    }
    same.best = &entry;
    if (same.votes > out.votes) out = same;
  }
  return out;
}

}  // namespace

Result<AnchorProgress> EvmLedger::poll(const AnchorIntent& intent,
                                       std::span<const Attempt> attempts) {
  const auto plan = read_plan(attempts);
  if (!plan) return plan.error();
  Seen seen;
  std::vector<Error> errors;
  for (EthApi& api : nodes_.apis()) {
    auto sighting = look(api, options_, hooks_, signer_->address(), *plan);
    if (sighting) {
      seen.emplace_back(&api, *std::move(sighting));
    } else {
      errors.push_back(std::move(sighting).error());
    }
  }
  // Too few to believe them anything.
  if (seen.size() < nodes_.agree()) return nodes_.joined(errors);
  return judge(intent, *plan, attempts, seen);
}

Result<AnchorProgress> EvmLedger::judge(const AnchorIntent& intent, const AnchorPlan& plan,
                                        std::span<const Attempt> attempts, const Seen& seen) {
  const std::size_t enough = nodes_.agree();
  if (const Majority mined = majority(seen, Kind::mined); mined.votes >= enough) {
    return judge_mined(intent, plan, *mined.best->first, mined.best->second,
                       mined.final_votes >= enough);
  }
  if (const Majority reverted = majority(seen, Kind::reverted); reverted.votes >= enough) {
    return judge_reverted(plan, reverted.final_votes >= enough);
  }
  if (count(seen, Kind::spent) >= enough) return judge_spent(plan);
  spent_sightings_ = 0;
  if (count(seen, Kind::gap) >= enough) send_previous(intent);

  AnchorProgress progress;
  const std::size_t elsewhere = count(seen, Kind::absent) + count(seen, Kind::gap);
  progress.phase = elsewhere == 0 ? AnchorPhase::pending : AnchorPhase::unknown;
  const bool late =
      hooks_.now_ms() >=
      attempts.back().time_ms + static_cast<std::uint64_t>(options_.fees.bump_after.count());
  const bool cheap = underpriced_ == attempts.back().reference;
  progress.replace = (late || cheap) && can_raise(options_.fees, plan.newest().transaction);
  return progress;
}

Result<AnchorProgress> EvmLedger::judge_mined(const AnchorIntent& intent, const AnchorPlan& plan,
                                              EthApi& api, const Sighting& sighting, bool final) {
  spent_sightings_ = 0;
  AnchorProgress progress;
  progress.phase = final ? AnchorPhase::final : AnchorPhase::mined;
  progress.confirmations = count_confirmations(options_, sighting);
  if (record_.empty() || record_block_ != sighting.block.hash) {
    auto record = hooks_.make_record(api, {.call = plan.call,
                                           .seq = sighting.seq,
                                           .block = sighting.block,
                                           .receipt = sighting.receipt,
                                           .stored_record = intent.record});
    if (!record) return std::move(record).error();
    record_ = *std::move(record);
    record_block_ = sighting.block.hash;
  }
  progress.record = record_;
  return progress;
}

Result<AnchorProgress> EvmLedger::judge_reverted(const AnchorPlan& plan, bool final) {
  AnchorProgress progress;
  progress.phase = AnchorPhase::pending;
  if (!final) return progress;
  const auto state = contract_state();
  if (!state) return state.error();
  if (state->controller == signer_->address() && state->head == plan.call.prev_head) {
    // Refused for another reason than the log's state, such as its gas: once more, with the next
    // nonce.
    wasted_nonce_ = plan.nonce;
    progress.replace = true;
    return progress;
  }
  return Error{Errc::already_exists,
               "the contract has refused the anchor: the log has been written to or given away by "
               "somebody else who holds its key"};
}

Result<AnchorProgress> EvmLedger::judge_spent(const AnchorPlan& plan) {
  if (++spent_sightings_ < kSpentSightings) {
    AnchorProgress progress;
    progress.phase = AnchorPhase::pending;
    return progress;
  }
  const auto state = contract_state();
  if (!state) return state.error();
  const bool done =
      state->head == next_head(plan.call.prev_head, state->seq, plan.call.root, plan.call.size);
  return Error{Errc::already_exists,
               "nonce " + std::to_string(plan.nonce) +
                   " was used by a transaction that this node has not made" +
                   (done ? ", which has written the same anchor" : "") +
                   ": another program uses the key. Stop it, and give this node a key of its own "
                   "(setController)"};
}

}  // namespace kedge::ledger::evm
