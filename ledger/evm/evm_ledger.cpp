// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/evm_ledger.hpp"

#include <chrono>
#include <thread>

#include "crypto/keccak.hpp"
#include "crypto/mutant.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/eth_decode.hpp"
#include "ledger/evm/fee_plan.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

/// How often a log that is missing is looked for again, and how long after.
constexpr int kLogLooks = 4;
constexpr std::chrono::milliseconds kLogPause{250};

Error another_writer(const LogState& state) {
  return {Errc::already_exists,
          "the ledger has " + std::to_string(state.seq) +
              " anchors of this log, and the newest is not one that this node has stored: the data "
              "directory was restored from a backup, or a second node writes to the same log; "
              "nothing is signed. Put the newest data directory into place and stop the other "
              "node"};
}

/// Whether the contract's head is the one after this anchor.
bool stands_after(const LogState& state, const AnchorCall& call) {
  return state.head == next_head(call.prev_head, state.seq, call.root, call.size);
}

}  // namespace

rpc::Greeting chain_greeting(std::uint64_t chain_id) {
  return {{"eth_chainId", "[]"}, [chain_id](const rpc::Answer& answer) -> Status {
            if (answer.error) return Error{Errc::unavailable, answer.error->message};
            const auto found = decode_u64(answer.result, "chain id");
            if (!found) return found.error();
            if (*found == chain_id) return {};
            return invalid_argument(
                "is of the chain " + std::to_string(*found) + ", not " + std::to_string(chain_id),
                "chain_id");
          }};
}

EvmLedger::EvmLedger(EvmOptions options, std::vector<std::unique_ptr<rpc::Remote>> remotes,
                     std::unique_ptr<Signer> signer, EvmHooks hooks)
    : options_(std::move(options)),
      nodes_(std::move(remotes), options_.agree),
      signer_(std::move(signer)),
      hooks_(std::move(hooks)) {}

Capabilities EvmLedger::capabilities() const {
  return {.enforces_prev = true, .offline_proof = true, .independent = true};
}

Result<LogState> EvmLedger::contract_state() {
  return nodes_.agreed<LogState>([&](EthApi& api) {
    return api.log_state(options_.contract, options_.log_id, BlockId::latest());
  });
}

Status EvmLedger::check_identity() {
  if (identity_checked_) return {};
  const auto code = nodes_.agreed<Hash>([&](EthApi& api) -> Result<Hash> {
    const auto found = api.code(options_.contract, BlockId::latest());
    return found ? Result<Hash>(crypto::keccak256(*found)) : found.error();
  });
  if (!code) return code.error();
  if (*code != options_.code_hash) {
    return invalid_argument("the code at " + to_text(options_.contract) +
                                " is not that of AnchorLog: nothing is sent to it",
                            "contract");
  }
  auto state = contract_state();
  // A node in the middle of a re-organisation may answer from a state between two blocks, and this
  // answer is final: it is believed only when it stays.
  for (int again = 0; again < kLogLooks && state && state->controller == Address{}; ++again) {
    std::this_thread::sleep_for(kLogPause);
    state = contract_state();
  }
  if (!state) return state.error();
  if (state->controller == Address{}) {
    return invalid_argument("the contract has no such log; open one with \"kedge ledger open\"",
                            "log_id");
  }
  if (state->controller != signer_->address()) {
    return invalid_argument("only " + to_text(state->controller) +
                                " may write to this log, and the configured key is that of " +
                                to_text(signer_->address()),
                            "signer");
  }
  identity_checked_ = true;
  return {};
}

Result<AnchorPlan> EvmLedger::follow_previous(const AnchorIntent& intent) {
  const auto state = contract_state();
  if (!state) return state.error();
  AnchorPlan plan;
  plan.call = {options_.log_id, state->head, intent.root, intent.size};
  if (intent.previous.empty()) {
    if (state->head != options_.log_id) return another_writer(*state);
    // The one nonce that comes from the chain: before it, the key has opened the log.
    const auto nonce = nodes_.agreed<std::uint64_t>(
        [&](EthApi& api) { return api.nonce(signer_->address(), BlockId::latest()); });
    if (!nonce) return nonce.error();
    plan.nonce = *nonce;
    return plan;
  }
  const auto previous = read_plan(intent.previous);
  if (!previous) return previous.error();
  if (state->head == previous->call.prev_head) {
    send_previous(intent);
    return Error{Errc::unavailable,
                 "the ledger does not have the anchor before this one any more; it has been sent "
                 "again"};
  }
  if (!stands_after(*state, previous->call)) return another_writer(*state);
  plan.nonce = previous->nonce + 1;
  return plan;
}

Result<FeeMarket> EvmLedger::market() {
  FeeMarket market;
  if (options_.fees.mode == FeeMode::zero) return market;
  std::vector<Error> errors;
  for (EthApi& api : nodes_.apis()) {
    const auto head = api.block(BlockId::latest());
    const bool dynamic = options_.fees.mode == FeeMode::dynamic;
    const auto price =
        !head ? Result<U256>(head.error()) : (dynamic ? api.priority_fee() : api.gas_price());
    if (!price) {
      errors.push_back(price.error());
      continue;
    }
    market.base_fee = head->base_fee;
    (dynamic ? market.priority_fee : market.gas_price) = *price;
    return market;
  }
  return nodes_.joined(errors);
}

Result<Attempt> EvmLedger::prepare(const AnchorIntent& intent, std::span<const Attempt> earlier) {
  if (const Status identity = check_identity(); !identity) return identity.error();
  auto plan = earlier.empty() ? follow_previous(intent) : read_plan(earlier);
  if (!plan) return std::move(plan).error();
  const auto prices = market();
  if (!prices) return prices.error();

  const bool wasted = !earlier.empty() && wasted_nonce_ == plan->nonce;
  const bool replaces = !earlier.empty() && !wasted;
  Transaction transaction;
  transaction.chain_id = options_.chain_id;
  transaction.nonce = wasted ? plan->nonce + 1 : plan->nonce;
  if constexpr (kMutant == Mutant::nonce_from_node) {
    const auto pending = nodes_.apis().front().text(
        "eth_getTransactionCount", "[\"" + to_text(signer_->address()) + "\",\"pending\"]");
    if (!pending) return pending.error();
    transaction.nonce = *decode_u64(*pending, "nonce");
  }
  transaction.to = options_.contract;
  transaction.data = encode_anchor(plan->call);
  const Status priced = set_fees(options_.fees, *prices,
                                 replaces ? &plan->newest().transaction : nullptr, transaction);
  if (!priced) return priced.error();
  auto made = signer_->sign(transaction);
  if (!made) return std::move(made).error();
  return Attempt{.payload = std::move(made->raw), .reference = to_data(made->hash)};
}

Status EvmLedger::send(const Attempt& attempt) {
  const auto plan = read_plan(std::span(&attempt, 1));
  if (!plan) return plan.error();
  std::vector<Error> errors;
  bool taken = false;
  for (EthApi& api : nodes_.apis()) {
    const auto answer = api.send_raw(attempt.payload, plan->newest().hash);
    if (!answer) {
      errors.push_back(answer.error());
      continue;
    }
    switch (answer->refusal.value_or(AnswerClass::already_known)) {
      case AnswerClass::underpriced:
      case AnswerClass::replacement:
        underpriced_ = attempt.reference;
        [[fallthrough]];
      case AnswerClass::already_known:
      case AnswerClass::nonce_low:
      case AnswerClass::nonce_high:
      case AnswerClass::reverted:
        taken = true;
        break;
      case AnswerClass::refused:
        errors.push_back(invalid_argument(answer->message));
        break;
      case AnswerClass::not_ready:
      case AnswerClass::unknown:
        errors.push_back({Errc::unavailable, answer->message});
        break;
    }
  }
  if (taken) return {};
  return nodes_.joined(errors);
}

void EvmLedger::send_previous(const AnchorIntent& intent) {
  // Whether it helped, the next look will tell.
  if (!intent.previous.empty()) (void)send(intent.previous.back()).has_value();
}

void EvmLedger::watch(std::function<void()> hint) {
  if (heads_) heads_->start({"eth_subscribe", R"(["newHeads"])"}, std::move(hint));
}

std::vector<LedgerEndpoint> EvmLedger::endpoints() const {
  std::vector<LedgerEndpoint> out;
  for (const auto& remote : nodes_.remotes()) {
    const rpc::Health health = remote->health();
    out.push_back({.name = remote->name(),
                   .failures = health.failures,
                   .answered_total = health.answered_total,
                   .failed_total = health.failed_total});
  }
  return out;
}

void EvmLedger::stop() {
  if (heads_) heads_->stop();
  nodes_.stop();
}

}  // namespace kedge::ledger::evm
