// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/transaction.hpp"

#include "crypto/keccak.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

void write_access_list(rlp::Writer& writer, const std::vector<AccessListEntry>& list) {
  writer.open_list();
  for (const AccessListEntry& entry : list) {
    writer.open_list().bytes(entry.address).open_list();
    for (const Word& key : entry.storage_keys) writer.bytes(key);
    writer.close_list().close_list();
  }
  writer.close_list();
}

/// The elements that are the same with and without a signature.
void write_fields(rlp::Writer& writer, const Transaction& transaction) {
  const bool typed = transaction.type != TransactionType::legacy;
  if (typed) writer.number(transaction.chain_id);
  writer.number(transaction.nonce);
  if (transaction.type == TransactionType::dynamic_fee) writer.number(transaction.priority_fee);
  writer.number(transaction.gas_price).number(transaction.gas_limit);
  writer.bytes(transaction.to ? ByteView(*transaction.to) : ByteView());
  writer.number(transaction.value).bytes(transaction.data);
  if (typed) write_access_list(writer, transaction.access_list);
}

/// Puts the type octet of EIP-2718 in front.
Bytes with_type(TransactionType type, Bytes list) {
  if (type != TransactionType::legacy) list.insert(list.begin(), static_cast<std::uint8_t>(type));
  return list;
}

std::uint64_t v_of(const Transaction& transaction, bool y_odd) {
  const std::uint64_t parity = y_odd ? 1 : 0;
  if (transaction.type != TransactionType::legacy) return parity;
  return parity + (transaction.chain_id == 0 ? 27 : 2 * transaction.chain_id + 35);
}

Bytes raw_of(const Transaction& transaction, const crypto::RecoverableSignature& signature) {
  rlp::Writer writer;
  writer.open_list();
  write_fields(writer, transaction);
  writer.number(v_of(transaction, signature.y_odd));
  writer.number(U256(signature.r)).number(U256(signature.s)).close_list();
  return with_type(transaction.type, writer.take());
}

}  // namespace

Bytes signing_payload(const Transaction& transaction) {
  rlp::Writer writer;
  writer.open_list();
  write_fields(writer, transaction);
  if (transaction.type == TransactionType::legacy && transaction.chain_id != 0) {
    writer.number(transaction.chain_id).number(0).number(0);
  }
  writer.close_list();
  return with_type(transaction.type, writer.take());
}

Hash signing_hash(const Transaction& transaction) {
  return crypto::keccak256(signing_payload(transaction));
}

Result<SignedTransaction> assemble(const Transaction& transaction,
                                   const crypto::RecoverableSignature& signature) {
  if (!crypto::is_low_s(signature.s)) {
    return invalid_argument("expected at most half the order of the curve (EIP-2)", "s");
  }
  const auto point = crypto::recover(signing_hash(transaction), signature);
  if (!point) return invalid_argument(point.error().message, "signature");
  SignedTransaction out;
  out.transaction = transaction;
  out.signature = signature;
  out.sender = address_of_point(*point);
  out.raw = raw_of(transaction, signature);
  out.hash = crypto::keccak256(out.raw);
  return out;
}

}  // namespace kedge::ledger::evm
