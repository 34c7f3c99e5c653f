// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/kdf.hpp"
#include "crypto/keys.hpp"
#include "crypto/result.hpp"

/// The texts in which a secp256k1 key is kept. Reading files, and clearing their text, is the
/// caller's: `config/secret_file.hpp`.
namespace kedge::ledger::evm {

/// For development: a key file of Kedge's (`crypto/key_file.hpp`), or 64 hex digits, with or
/// without `0x` in front and a line feed behind.
Result<crypto::SecretKey> parse_plain_key(std::string_view text);

/// What deriving a key from a password may take at most. Wallets write files that take 256 MiB and
/// a second; these bounds are four and eight times that. A file beyond them is refused unread.
inline constexpr std::uint64_t kMaxScryptMemory = std::uint64_t{1} << 30;
/// N · r · p.
inline constexpr std::uint64_t kMaxScryptWork = std::uint64_t{1} << 24;
inline constexpr std::uint64_t kMaxPbkdf2Iterations = 4'000'000;
/// A keystore file has about 500 octets.
inline constexpr std::size_t kMaxKeystoreBytes = std::size_t{16} << 10;

/// Opens an Ethereum keystore of version 3 (Web3 Secret Storage Definition): scrypt or PBKDF2 with
/// HMAC-SHA-256, AES-128 in counter mode, a MAC of Keccak-256. Takes as long as the file's
/// parameters say. invalid_argument names the member that is not as expected; unauthorized is a
/// wrong password (or a damaged file: nobody can tell them apart).
Result<crypto::SecretKey> open_keystore(std::string_view json, std::string_view password);

}  // namespace kedge::ledger::evm
