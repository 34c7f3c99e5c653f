// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "ledger/evm/header.hpp"

/// The extra data in which Hyperledger Besu's IBFT 2.0 and QBFT write who sealed a block, and the
/// two hashes that leave parts of it out. GoQuorum's QBFT is the same; IBFT 1 is not.
namespace kedge::ledger::evm {

/// How the blocks of a chain are hashed, and sealed if they are.
enum class BlockRules : std::uint8_t {
  /// The hash is that of the header as it is.
  plain,
  ibft2,
  qbft,
};

/// `plain`, `ibft2` or `qbft`.
std::string_view block_rules_name(BlockRules rules);
Result<BlockRules> block_rules_from_name(std::string_view name);

/// r ‖ s ‖ v with v = 0 or 1.
using Seal = std::array<std::uint8_t, 65>;

struct BftExtra {
  std::array<std::uint8_t, 32> vanity{};
  /// As in the header; empty where a contract of the chain names them.
  std::vector<Address> validators;
  /// The proposer's vote, if any, as its RLP.
  Bytes vote;
  std::uint32_t round = 0;
  std::vector<Seal> seals;

  friend bool operator==(const BftExtra&, const BftExtra&) = default;
};

/// Bounds of the lists.
inline constexpr std::size_t kMaxValidators = 600;

/// Strict: one RLP list of five, each part as the rules write it. Precondition: not `plain`.
Result<BftExtra> parse_bft_extra(ByteView extra_data, BlockRules rules);

/// The same octets again. Precondition: not `plain`.
Bytes encode_bft_extra(const BftExtra& extra, BlockRules rules);

/// What the validators sign: the header without the seals. Precondition: not `plain`.
Hash commit_hash(const Header& header, const BftExtra& extra, BlockRules rules);

/// The block's hash, as children and RPC nodes name it: without the seals and the round, so that a
/// block keeps its hash when it is proposed again. Block 0 is hashed as it is. invalid_argument if
/// the extra data is not of these rules.
Result<Hash> block_hash(const Header& header, BlockRules rules);

}  // namespace kedge::ledger::evm
