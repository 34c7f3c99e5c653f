// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ledger/evm/ledger_proof.hpp"

/// eth_getProof (EIP-1186) of the two words that the contract keeps of a log.
namespace kedge::ledger::evm {

/// What is asked: the contract's account and both slots, after the block of this number.
std::string state_proof_params(const Address& contract, const Hash& log_id,
                               std::uint64_t block_number);

/// The nodes in the `result` of the answer; of a slot that it does not show, none. Well-formed and
/// bounded, nothing of it is checked (prove_log_state does). Errors name the field.
Result<StateProof> state_proof_from_answer(std::string_view json, const Hash& log_id);

}  // namespace kedge::ledger::evm
