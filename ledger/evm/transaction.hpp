// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "crypto/recoverable.hpp"
#include "ledger/evm/types.hpp"

/// Transactions as they are signed and sent: legacy with and without EIP-155, access lists
/// (EIP-2930), dynamic fees (EIP-1559). Kedge sends legacy and dynamic-fee transactions; the rest
/// is read.
namespace kedge::ledger::evm {

/// The values are the type octets of EIP-2718.
enum class TransactionType : std::uint8_t { legacy = 0, access_list = 1, dynamic_fee = 2 };

struct AccessListEntry {
  Address address{};
  std::vector<Word> storage_keys;

  friend bool operator==(const AccessListEntry&, const AccessListEntry&) = default;
};

struct Transaction {
  TransactionType type = TransactionType::legacy;
  /// 0 only in a legacy transaction: signed for every chain, as before EIP-155. At most
  /// kMaxChainId.
  std::uint64_t chain_id = 0;
  /// Below 2^64 - 1 (EIP-2681).
  std::uint64_t nonce = 0;
  /// Price of a unit of gas in wei; of dynamic_fee the most that is paid (`maxFeePerGas`).
  U256 gas_price;
  /// Of dynamic_fee only, and not above gas_price: `maxPriorityFeePerGas`.
  U256 priority_fee;
  std::uint64_t gas_limit = 0;
  /// nullopt creates a contract from `data`.
  std::optional<Address> to;
  /// In wei.
  U256 value;
  Bytes data;
  /// Empty in legacy.
  std::vector<AccessListEntry> access_list;

  friend bool operator==(const Transaction&, const Transaction&) = default;
};

/// The greatest chain id whose EIP-155 `v` has 64 bits.
inline constexpr std::uint64_t kMaxChainId = (UINT64_MAX - 36) / 2;

/// Greatest transaction that is read or written, in octets: that of geth's and Besu's pools.
inline constexpr std::size_t kMaxTransactionBytes = std::size_t{128} << 10;

struct SignedTransaction {
  Transaction transaction;
  crypto::RecoverableSignature signature;
  /// Recovered from the signature.
  Address sender{};
  /// What `eth_sendRawTransaction` takes.
  Bytes raw;
  /// Keccak-256 of `raw`: its name on the chain.
  Hash hash{};
};

/// The octets that are hashed and signed (EIP-155, EIP-2718).
Bytes signing_payload(const Transaction& transaction);
/// Keccak-256 of them.
Hash signing_hash(const Transaction& transaction);

/// The transaction with its signature; invalid_argument for a signature that is no low-S signature
/// of any key over it.
Result<SignedTransaction> assemble(const Transaction& transaction,
                                   const crypto::RecoverableSignature& signature);

/// Reads what `eth_sendRawTransaction` takes, strictly: canonical RLP, numbers within their bounds,
/// low-S (EIP-2), a signature that some key has made. The error's field names the element.
Result<SignedTransaction> decode_transaction(ByteView raw);

}  // namespace kedge::ledger::evm
