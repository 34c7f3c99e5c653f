// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_plan.hpp"

#include "ledger/evm/abi.hpp"

namespace kedge::ledger::evm {

std::vector<Hash> AnchorPlan::hashes() const {
  std::vector<Hash> out;
  out.reserve(attempts.size());
  for (const SignedTransaction& attempt : attempts) out.push_back(attempt.hash);
  return out;
}

Result<AnchorCall> decode_anchor(ByteView data) {
  if (data.size() < sizeof(abi::Selector)) return invalid_argument("expected a call of anchor");
  abi::Reader reader(data.subspan(sizeof(abi::Selector)));
  AnchorCall call;
  call.log_id = reader.word("logId");
  call.prev_head = reader.word("prevHead");
  call.root = reader.word("root");
  call.size = reader.u64("size");
  if (const Status status = reader.finish(); !status) return status.error();
  const Bytes again = encode_anchor(call);
  if (!std::equal(again.begin(), again.end(), data.begin(), data.end())) {
    return invalid_argument("expected a call of anchor");
  }
  return call;
}

Result<AnchorPlan> read_plan(std::span<const Attempt> attempts) {
  AnchorPlan plan;
  for (const Attempt& attempt : attempts) {
    auto transaction = decode_transaction(attempt.payload);
    if (!transaction) return std::move(transaction).error();
    const auto call = decode_anchor(transaction->transaction.data);
    if (!call) return call.error();
    plan.call = *call;
    plan.nonce = transaction->transaction.nonce;
    plan.attempts.push_back(*std::move(transaction));
  }
  return plan;
}

}  // namespace kedge::ledger::evm
