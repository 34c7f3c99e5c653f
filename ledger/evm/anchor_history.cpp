// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_history.hpp"

#include <algorithm>
#include <map>

#include "ledger/evm/eth_decode.hpp"
#include "ledger/evm/log_range.hpp"
#include "ledger/evm/quantity.hpp"

namespace kedge::ledger::evm {
namespace {

/// Blocks asked for in one batch: their answers may have many transactions.
constexpr std::size_t kBlocksAtOnce = 50;

/// The blocks of these numbers, each once.
Result<std::map<std::uint64_t, Block>> read_blocks(EthApi& api,
                                                   const std::vector<std::uint64_t>& numbers) {
  std::map<std::uint64_t, Block> out;
  for (std::size_t first = 0; first < numbers.size(); first += kBlocksAtOnce) {
    const std::size_t count = std::min(kBlocksAtOnce, numbers.size() - first);
    std::vector<rpc::CallRequest> requests;
    for (std::size_t i = 0; i < count; ++i) {
      requests.push_back(
          {"eth_getBlockByNumber", "[\"" + to_quantity(numbers[first + i]) + "\",false]"});
    }
    const auto answers = api.remote().call(requests);
    if (!answers) return answers.error();
    for (std::size_t i = 0; i < count; ++i) {
      const rpc::Answer& answer = (*answers)[i];
      if (answer.error) {
        return Error{Errc::unavailable,
                     api.name() + ": eth_getBlockByNumber: " + answer.error->message};
      }
      auto block = decode_block(answer.result);
      if (!block || block->number != numbers[first + i]) {
        return Error{Errc::unavailable,
                     api.name() + " does not give block " + std::to_string(numbers[first + i])};
      }
      block->json.clear();
      out.emplace(numbers[first + i], *std::move(block));
    }
  }
  return out;
}

std::string place_of(const ListedAnchor& anchor) {
  return "checkpoint " + std::to_string(anchor.event.seq) + " in block " +
         std::to_string(anchor.block_number) + " (" + to_data(anchor.block_hash) +
         "), transaction " + to_data(anchor.transaction);
}

/// Why the node's own answers speak against the entry; empty if they bear it out.
Result<std::string> objection(EthApi& api, const ListedAnchor& anchor) {
  const auto block = api.block(BlockId::at(anchor.block_number));
  if (!block && block.error().code != Errc::not_found) return block.error();
  if (!block || block->hash != anchor.block_hash) {
    return std::string("the chain has another block of this number");
  }
  const auto receipt = api.receipt(anchor.transaction);
  if (!receipt) return receipt.error();
  if (!*receipt) return std::string("the transaction has no receipt");
  if ((*receipt)->block_hash != anchor.block_hash) {
    return "the transaction's receipt is in block " + std::to_string((*receipt)->block_number);
  }
  const bool logged = std::ranges::any_of((*receipt)->logs, [&](const FoundLog& log) {
    const auto event = decode_checkpoint(log.log);
    return log.index == anchor.log_index && event && *event == anchor.event;
  });
  return logged ? std::string() : std::string("the transaction's receipt does not have it");
}

}  // namespace

Status read_anchors(EthApi& api, const Address& contract, const Hash& log_id, std::uint64_t first,
                    std::uint64_t last,
                    const std::function<Status(std::span<const ListedAnchor>, BlockMark)>& visit) {
  const LogFilter filter{.address = contract,
                         .topics = {checkpoint_topic(), log_id},
                         .from_block = first,
                         .to_block = last};
  LogReader reader(api);
  return reader.read(filter, [&](std::span<const FoundLog> logs) -> Status {
    std::vector<std::uint64_t> numbers;
    for (const FoundLog& log : logs) {
      if (numbers.empty() || numbers.back() != log.block_number) {
        numbers.push_back(log.block_number);
      }
    }
    if (numbers.empty() || numbers.back() != reader.last_block()) {
      numbers.push_back(reader.last_block());
    }
    const auto blocks = read_blocks(api, numbers);
    if (!blocks) return blocks.error();
    std::vector<ListedAnchor> anchors;
    for (const FoundLog& log : logs) {
      const auto event = decode_checkpoint(log.log);
      if (!event) return Error{Errc::unavailable, api.name() + ": " + event.error().message};
      const Block& block = blocks->at(log.block_number);
      anchors.push_back({*event, log.block_number, log.block_hash, log.transaction, log.index,
                         block.time, block.hash == log.block_hash});
    }
    return visit(anchors, {reader.last_block(), blocks->at(reader.last_block()).hash});
  });
}

Result<std::vector<std::string>> drop_unfounded(EthApi& api, std::vector<ListedAnchor>& anchors) {
  std::map<std::uint64_t, std::size_t> claims;
  for (const ListedAnchor& anchor : anchors) ++claims[anchor.event.seq];
  std::vector<std::string> dropped;
  std::vector<ListedAnchor> founded;
  for (ListedAnchor& anchor : anchors) {
    if (!anchor.canonical || claims[anchor.event.seq] > 1) {
      const auto against = objection(api, anchor);
      if (!against) return against.error();
      if (!against->empty()) {
        dropped.push_back(api.name() + " lists " + place_of(anchor) + ", and " + *against);
        continue;
      }
    }
    founded.push_back(std::move(anchor));
  }
  anchors = std::move(founded);
  return dropped;
}

bool leads_to(std::span<const ListedAnchor> anchors, const Hash& log_id, const LogState& state) {
  Hash head = log_id;
  std::uint64_t seq = 0;
  for (const ListedAnchor& anchor : anchors) {
    const CheckpointEvent& event = anchor.event;
    head = next_head(head, ++seq, event.root, event.size);
    if (event.seq != seq || event.head != head) return false;
  }
  return seq == state.seq && head == state.head;
}

}  // namespace kedge::ledger::evm
