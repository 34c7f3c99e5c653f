// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "ledger/evm/eth_api.hpp"

/// Every checkpoint of a log, as one node of the chain lists it. Believed is nothing of it until it
/// leads to the head that the chain's state proves.
namespace kedge::ledger::evm {

/// One checkpoint as a node lists it in the contract's events.
struct ListedAnchor {
  CheckpointEvent event;
  std::uint64_t block_number = 0;
  Hash block_hash{};
  Hash transaction{};
  /// In its block.
  std::uint64_t log_index = 0;
  /// Of the block of this number, seconds since 1970.
  std::uint64_t time = 0;
  /// The node names the same block at this number.
  bool canonical = false;

  friend bool operator==(const ListedAnchor&, const ListedAnchor&) = default;
};

struct BlockMark {
  std::uint64_t number = 0;
  Hash hash{};

  friend bool operator==(const BlockMark&, const BlockMark&) = default;
};

/// Reads the checkpoints in blocks `first` to `last`, in the order of the chain, range by range
/// (LogReader), and asks for the time of each block that has one. `visit` gets those of a range
/// and the block that ends it. Stops at the first failure.
Status read_anchors(EthApi& api, const Address& contract, const Hash& log_id, std::uint64_t first,
                    std::uint64_t last,
                    const std::function<Status(std::span<const ListedAnchor>, BlockMark)>& visit);

/// Takes out what is listed and does not stand: after a re-organisation some nodes list an event of
/// a block that is gone, or one event in two blocks. Asked about is what is not canonical, and
/// every one of several that claim one sequence number: it stays if its block is the chain's and
/// has its transaction's receipt. So two that both stand stay both. A sentence for each that was
/// taken out.
Result<std::vector<std::string>> drop_unfounded(EthApi& api, std::vector<ListedAnchor>& anchors);

/// Whether the checkpoints are all that there were, in their order: each follows from the one
/// before, from the log's opening to `state`.
bool leads_to(std::span<const ListedAnchor> anchors, const Hash& log_id, const LogState& state);

}  // namespace kedge::ledger::evm
