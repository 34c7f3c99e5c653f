// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "ledger/evm/bft_extra.hpp"

/// Whether the validators of a chain have sealed a block (IBFT 2.0 and QBFT of Hyperledger Besu).
namespace kedge::ledger::evm {

/// How many of `validators` must have sealed: ceil(2n/3). Rounding down would take 2 of 4.
constexpr std::size_t seal_quorum(std::size_t validators) {
  return (2 * validators + 2) / 3;
}

/// Who has made the seals, in their order, by recovery over the commit hash. High s is taken, as
/// Besu does. invalid_argument for a seal whose v is neither 0 nor 1 or that recovers to nobody.
Result<std::vector<Address>> seal_signers(const Header& header, const BftExtra& extra,
                                          BlockRules rules);

enum class SealOutcome : std::uint8_t {
  /// A quorum of the trusted validators has sealed the block.
  sealed,
  /// The header names other validators than the trusted ones: they may have changed.
  other_validators,
  /// The block claims the trusted validators, and they have not sealed it.
  not_sealed,
};

struct SealCheck {
  SealOutcome outcome = SealOutcome::not_sealed;
  /// Why it is not sealed, for a person.
  std::string why;
  /// Distinct validators that have sealed.
  std::size_t seals = 0;
};

/// Judges a header by the validators that are trusted at its height: ascending, each once, at least
/// one. The list in the header must be the same, or empty where a contract names the validators;
/// the proposer must be one of them; every seal must be by another one of them; and there must be
/// seal_quorum() of them. Precondition: not `plain`.
SealCheck check_seals(const Header& header, BlockRules rules, std::span<const Address> trusted);

}  // namespace kedge::ledger::evm
