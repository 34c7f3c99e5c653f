// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/evm/evm_options.hpp"

namespace kedge::ledger::evm {

/// The record of a mined anchor: its ledger proof (ledger_proof.hpp), with as much of it as the
/// node can show, and checked. A stored record of the same block is kept, since nodes drop old
/// state. unavailable if the node cannot show enough.
Result<std::string> make_anchor_record(const EvmOptions& options, EthApi& api,
                                       const MinedAnchor& mined);

/// A check for EvmHooks: whether a quorum of these validators has sealed the block.
std::function<Status(const Block&)> seals_of(std::vector<Address> validators);

}  // namespace kedge::ledger::evm
