// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>

#include "ledger/evm/eth_api.hpp"

/// Reading a contract's logs through the limits of nodes and providers.
namespace kedge::ledger::evm {

/// How many blocks the text of a refusal allows; nullopt if it names no number.
std::optional<std::uint64_t> suggested_range(std::string_view message);

/// Asks for logs range by range. A range that is too large is made smaller, by what the node's
/// words say or else by half, and grows again; what was learnt is kept. One thread at a time.
class LogReader {
 public:
  explicit LogReader(EthApi api) : api_(api) {}

  /// Calls `visit` with the logs of [filter.from_block, filter.to_block] in order, range by range;
  /// stops at the first failure. `to_block` must not be beyond the node's head: some answer an
  /// empty list there.
  Status read(const LogFilter& filter,
              const std::function<Status(std::span<const FoundLog>)>& visit);

  /// While `read` visits: the last block of the range.
  [[nodiscard]] std::uint64_t last_block() const { return last_block_; }

  /// The same from the newest block back to the first, until `visit` answers true.
  Result<bool> search_back(const LogFilter& filter,
                           const std::function<bool(std::span<const FoundLog>)>& visit);

 private:
  /// The logs of one range, made smaller until the node answers; `filter` is left with it.
  Result<std::vector<FoundLog>> fetch(LogFilter& filter, bool from_the_end);

  EthApi api_;
  /// Blocks asked for at a time, and the most that was ever refused, less one.
  std::uint64_t range_ = 2'000;
  std::uint64_t cap_ = 100'000;
  std::uint64_t last_block_ = 0;
};

}  // namespace kedge::ledger::evm
