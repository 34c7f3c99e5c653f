// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ledger/evm/types.hpp"

/// Numbers and octets as Ethereum's JSON-RPC writes them (execution-apis, `schemas/base-types`):
/// lower-case hex after `0x`. A QUANTITY has no leading zeros and zero is `0x0`; DATA has two
/// digits an octet. Nothing else is accepted. Errors are invalid_argument without a field: the
/// caller knows which one it read.
namespace kedge::ledger::evm {

std::string to_quantity(std::uint64_t value);
std::string to_quantity(const U256& value);

Result<std::uint64_t> u64_from_quantity(std::string_view text);
Result<U256> u256_from_quantity(std::string_view text);

std::string to_data(ByteView bytes);

/// `0x` alone is no octets.
Result<Bytes> bytes_from_data(std::string_view text);
/// Exactly 32 octets.
Result<Hash> hash_from_data(std::string_view text);

}  // namespace kedge::ledger::evm
