// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/keys.hpp"
#include "ledger/evm/types.hpp"

namespace kedge::ledger::evm {

/// `0x` and 40 digits, either all letters of one case or mixed as EIP-55 checks them.
Result<Address> parse_address(std::string_view text);

/// In lower case, as JSON-RPC writes it.
std::string to_text(const Address& address);

/// In the mixed case of EIP-55, for people: a mistyped letter shows.
std::string to_checksum_text(const Address& address);

/// The last 20 octets of Keccak-256(x ‖ y), Yellow Paper appendix F.
Address address_of_point(std::span<const std::uint8_t, 64> point);
/// Throws std::invalid_argument for a key that is not of secp256k1.
Address address_of(const crypto::PublicKey& key);

/// Where a contract comes to be that `sender` creates with `nonce` (Yellow Paper section 7).
Address created_address(const Address& sender, std::uint64_t nonce);

}  // namespace kedge::ledger::evm
