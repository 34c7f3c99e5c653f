// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ledger/evm/bft_extra.hpp"

namespace kedge::ledger::evm {

/// A header, and the rules by which it has its hash.
struct HashedHeader {
  Header header;
  BlockRules rules = BlockRules::plain;
  Hash hash{};
};

/// No answer is longer: a block with all its transactions may be.
inline constexpr std::size_t kMaxAnswer = std::size_t{16} << 20;

/// The header in the answer of eth_getBlockByHash or eth_getBlockByNumber, rebuilt so that it has
/// the `hash` that the answer names, by whichever rules give it. JSON may show fields that the
/// chain does not hash. invalid_argument if no rules give the hash: then ask for the raw header.
Result<HashedHeader> header_from_block(std::string_view block_json);

/// From the answer of debug_getRawHeader, a JSON text of hex: a header that has this hash.
Result<HashedHeader> header_from_raw(std::string_view raw_json, const Hash& hash);

}  // namespace kedge::ledger::evm
