// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/evm/block_trust.hpp"

namespace kedge::node::cli {

/// Asks the nodes that a trust file names, one after the other. A node of another chain, and one
/// that does not answer within ten seconds, has nothing to say. No secret of a URL gets into an
/// error.
class ChainNodes final : public ledger::evm::BlockHashes {
 public:
  std::vector<Result<Hash>> block_hashes(const std::vector<std::string>& urls,
                                         std::uint64_t chain_id, std::uint64_t number) override;
};

}  // namespace kedge::node::cli
