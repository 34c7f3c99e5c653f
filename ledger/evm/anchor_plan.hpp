// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/transaction.hpp"
#include "ledger/ledger.hpp"

namespace kedge::ledger::evm {

/// What the stored attempts of one anchor say: everything that must not be forgotten about it.
struct AnchorPlan {
  /// What the contract is asked to do, the same in every attempt.
  AnchorCall call;
  /// Of the newest attempt.
  std::uint64_t nonce = 0;
  std::vector<SignedTransaction> attempts;

  [[nodiscard]] const SignedTransaction& newest() const { return attempts.back(); }
  [[nodiscard]] std::vector<Hash> hashes() const;
};

/// The reverse of encode_anchor; invalid_argument for anything else.
Result<AnchorCall> decode_anchor(ByteView data);

/// Reads what `prepare` made. invalid_argument for anything else: the store was damaged, or the
/// settings name another ledger than the one that made it. Precondition: not empty.
Result<AnchorPlan> read_plan(std::span<const Attempt> attempts);

}  // namespace kedge::ledger::evm
