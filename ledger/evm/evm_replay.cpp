// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/abi.hpp"
#include "ledger/evm/evm_ledger.hpp"
#include "ledger/evm/log_range.hpp"

/// What is on the ledger, from its events; and that none of them was left out.
namespace kedge::ledger::evm {
namespace {

LogFilter checkpoints(const EvmOptions& options, std::uint64_t to_block) {
  return {.address = options.contract,
          .topics = {checkpoint_topic(), options.log_id},
          .from_block = std::min(options.first_block, to_block),
          .to_block = to_block};
}

/// The event of the newest checkpoint, found from the newest block back.
Result<std::optional<CheckpointEvent>> find_newest(EthApi& api, const EvmOptions& options,
                                                   const LogState& state) {
  const auto head = api.block(BlockId::latest());
  if (!head) return head.error();
  LogFilter filter = checkpoints(options, head->number);
  filter.topics.push_back(abi::word(state.seq));
  std::optional<CheckpointEvent> newest;
  const auto found = LogReader(api).search_back(filter, [&](std::span<const FoundLog> logs) {
    for (const FoundLog& log : logs) {
      const auto event = decode_checkpoint(log.log);
      if (event && event->head == state.head) newest = *event;
    }
    return newest.has_value();
  });
  if (!found) return found.error();
  return newest;
}

}  // namespace

Result<std::optional<LedgerHead>> EvmLedger::head() {
  if (const Status identity = check_identity(); !identity) return identity.error();
  const auto state = contract_state();
  if (!state) return state.error();
  if (state->seq == 0) return std::optional<LedgerHead>();
  std::vector<Error> errors;
  for (EthApi& api : nodes_.apis()) {
    const auto event = find_newest(api, options_, *state);
    if (event && *event) {
      return std::optional(
          LedgerHead{.count = state->seq, .size = (*event)->size, .root = (*event)->root});
    }
    errors.push_back(event ? Error{Errc::unavailable, api.name() +
                                                          " leaves out the event of checkpoint " +
                                                          std::to_string(state->seq)}
                           : event.error());
  }
  return nodes_.joined(errors);
}

Status EvmLedger::replay(std::uint64_t from_seq,
                         const std::function<Status(const ReplayedAnchor&)>& visit) {
  const auto state = contract_state();
  if (!state) return state.error();
  if (state->seq < from_seq) return {};
  EthApi& api = nodes_.apis().front();
  const auto newest = api.block(BlockId::latest());
  if (!newest) return newest.error();
  Hash head = options_.log_id;
  std::uint64_t seq = 0;
  const Status read =
      LogReader(api).read(checkpoints(options_, newest->number), [&](auto logs) -> Status {
        for (const FoundLog& log : logs) {
          const auto event = decode_checkpoint(log.log);
          if (!event) return event.error();
          head = next_head(head, ++seq, event->root, event->size);
          if (event->seq != seq || event->head != head) {
            return Error{Errc::unavailable,
                         api.name() + " leaves out or changes checkpoint " + std::to_string(seq)};
          }
          if (seq < from_seq) continue;
          const Status visited =
              visit({.seq = seq, .size = event->size, .root = event->root, .record = {}});
          if (!visited) return visited;
        }
        return {};
      });
  if (!read) return read;
  if (seq >= state->seq) return {};
  return Error{Errc::unavailable, api.name() + " shows " + std::to_string(seq) + " of " +
                                      std::to_string(state->seq) + " checkpoints"};
}

}  // namespace kedge::ledger::evm
