// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/sighting.hpp"

#include <algorithm>

#include "crypto/mutant.hpp"

namespace kedge::ledger::evm {
namespace {

using Kind = Sighting::Kind;

/// The number in the event that the anchor was to cause; nullopt if it is not in the receipt.
std::optional<std::uint64_t> find_event(const EvmOptions& options, const AnchorCall& call,
                                        const TransactionReceipt& receipt) {
  for (const FoundLog& found : receipt.logs) {
    if (found.log.address != options.contract) continue;
    const auto event = decode_checkpoint(found.log);
    if (!event || event->log_id != call.log_id || event->root != call.root ||
        event->size != call.size) {
      continue;
    }
    const Hash head = next_head(call.prev_head, event->seq, call.root, call.size);
    if (event->head == head) return event->seq;
  }
  return std::nullopt;
}

/// The receipt that decides: of the attempt that succeeded, else of one that has used up the nonce
/// of the newest attempt in vain. One with an older nonce says nothing any more.
const std::optional<TransactionReceipt>* find_receipt(const AnchorPlan& plan,
                                                      const AccountView& view) {
  const std::optional<TransactionReceipt>* found = nullptr;
  for (std::size_t i = 0; i < view.receipts.size(); ++i) {
    const auto& receipt = view.receipts[i];
    if (!receipt) continue;
    if (receipt->succeeded) return &receipt;
    if (plan.attempts[i].transaction.nonce == plan.nonce) found = &receipt;
  }
  return found;
}

bool is_final(const EvmOptions& options, const AccountView& view, std::uint64_t block,
              Status sealed) {
  if (kMutant == Mutant::final_at_one) return true;
  switch (options.finality) {
    case FinalityRule::depth:
      return view.head.number + 1 >= block + options.depth;
    case FinalityRule::finalized:
      return view.finalized && *view.finalized >= block;
    case FinalityRule::bft:
      return sealed.has_value();
  }
  return false;
}

}  // namespace

Result<Sighting> look(EthApi& api, const EvmOptions& options, const EvmHooks& hooks,
                      const Address& account, const AnchorPlan& plan) {
  auto view = api.view(account, plan.hashes());
  if (!view) return std::move(view).error();
  Sighting sighting;
  sighting.head = view->head;
  const std::optional<TransactionReceipt>* receipt = find_receipt(plan, *view);
  if (receipt == nullptr) {
    const bool waiting =
        std::find(view->known.begin(), view->known.end(), true) != view->known.end();
    if (waiting) {
      sighting.kind = Kind::waiting;
    } else if (view->nonce > plan.nonce) {
      sighting.kind = Kind::spent;
    } else {
      sighting.kind = view->nonce < plan.nonce ? Kind::gap : Kind::absent;
    }
    return sighting;
  }
  auto block = api.block(BlockId::at((*receipt)->block_number));
  if (!block && block.error().code != Errc::not_found) return std::move(block).error();
  // A receipt of a block that is no longer on the chain shows nothing.
  if (!block || block->hash != (*receipt)->block_hash) {
    sighting.kind = Kind::waiting;
    return sighting;
  }
  sighting.receipt = **receipt;
  sighting.block = *std::move(block);
  sighting.kind = sighting.receipt.succeeded ? Kind::mined : Kind::reverted;
  if (sighting.receipt.succeeded) {
    const auto seq = find_event(options, plan.call, sighting.receipt);
    if (!seq) {
      return Error{Errc::unavailable, api.name() + ": a receipt lacks the checkpoint's event"};
    }
    sighting.seq = *seq;
  }
  const bool asks_seals = options.finality == FinalityRule::bft && hooks.check_seals;
  sighting.final = is_final(options, *view, sighting.block.number,
                            asks_seals ? hooks.check_seals(sighting.block)
                                       : Status(Error{Errc::unavailable, "no seals"}));
  return sighting;
}

Confirmations count_confirmations(const EvmOptions& options, const Sighting& sighting) {
  Confirmations out;
  out.block = sighting.block.number;
  const std::uint64_t on_top = sighting.head.number - std::min(sighting.head.number, out.block);
  out.have = on_top + 1;
  if (options.finality != FinalityRule::depth) return out;
  out.wanted = options.depth;
  if (on_top == 0 || sighting.head.time <= sighting.block.time || out.have >= out.wanted)
    return out;
  const std::uint64_t elapsed_ms = (sighting.head.time - sighting.block.time) * 1000;
  out.final_at_ms = sighting.block.time * 1000 + elapsed_ms * (out.wanted - 1) / on_top;
  return out;
}

}  // namespace kedge::ledger::evm
