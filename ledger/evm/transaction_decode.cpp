// SPDX-License-Identifier: Apache-2.0
#include "crypto/keccak.hpp"
#include "ledger/evm/rlp.hpp"
#include "ledger/evm/transaction.hpp"

namespace kedge::ledger::evm {
namespace {

/// EIP-2718: below it, the octet is a type; at and above 0xc0 begins the list of a legacy one.
constexpr std::uint8_t kFirstListOctet = 0xc0;

std::vector<AccessListEntry> read_access_list(rlp::ListReader& reader) {
  std::vector<AccessListEntry> out;
  for (const rlp::Item& item : reader.list("accessList").elements()) {
    rlp::ListReader entry(item, "accessList");
    AccessListEntry read;
    read.address = entry.fixed<20>("accessList.address");
    for (const rlp::Item& key : entry.list("accessList.storageKeys").elements()) {
      if (key.is_list() || key.payload().size() != 32) {
        entry.fail("accessList.storageKeys", "words of 32 octets");
        break;
      }
      std::copy(key.payload().begin(), key.payload().end(),
                read.storage_keys.emplace_back().begin());
    }
    const Status done = entry.finish();
    if (!done) {
      reader.fail("accessList", "addresses of 20 octets with keys of 32");
      break;
    }
    out.push_back(std::move(read));
  }
  return out;
}

/// The chain and the parity that `v` of a legacy transaction means (EIP-155).
void apply_v(rlp::ListReader& reader, std::uint64_t v, SignedTransaction& out) {
  if (v == 27 || v == 28) {
    out.signature.y_odd = v == 28;
  } else if (v >= 37) {
    out.transaction.chain_id = (v - 35) / 2;
    out.signature.y_odd = (v - 35) % 2 == 1;
  } else {
    reader.fail("v", "27, 28, or twice a chain id and 35 or 36");
  }
}

void read_to(rlp::ListReader& reader, Transaction& transaction) {
  const ByteView to = reader.bytes("to", 0, 20);
  if (to.empty()) return;
  if (to.size() != 20) {
    reader.fail("to", "20 octets or none");
    return;
  }
  std::copy(to.begin(), to.end(), transaction.to.emplace().begin());
}

void read_fields(rlp::ListReader& reader, SignedTransaction& out) {
  Transaction& transaction = out.transaction;
  const bool typed = transaction.type != TransactionType::legacy;
  if (typed) transaction.chain_id = reader.u64("chainId");
  if (transaction.chain_id > kMaxChainId) reader.fail("chainId", "a smaller number");
  transaction.nonce = reader.u64("nonce");
  if (transaction.nonce == UINT64_MAX) reader.fail("nonce", "less than 2^64 - 1 (EIP-2681)");
  const bool dynamic = transaction.type == TransactionType::dynamic_fee;
  if (dynamic) transaction.priority_fee = reader.u256("maxPriorityFeePerGas");
  transaction.gas_price = reader.u256(dynamic ? "maxFeePerGas" : "gasPrice");
  if (transaction.priority_fee > transaction.gas_price) {
    reader.fail("maxPriorityFeePerGas", "at most maxFeePerGas");
  }
  transaction.gas_limit = reader.u64("gasLimit");
  if (!multiply(transaction.gas_price, transaction.gas_limit)) {
    reader.fail("gasLimit", "a price for all gas of at most 256 bits");
  }
  read_to(reader, transaction);
  transaction.value = reader.u256("value");
  const ByteView data = reader.bytes("data", 0, kMaxTransactionBytes);
  transaction.data.assign(data.begin(), data.end());
  if (typed) transaction.access_list = read_access_list(reader);
  const std::uint64_t v = reader.u64("v");
  if (typed) {
    if (v > 1) reader.fail("yParity", "0 or 1");
    out.signature.y_odd = v == 1;
  } else {
    apply_v(reader, v, out);
  }
  out.signature.r = reader.u256("r").word();
  out.signature.s = reader.u256("s").word();
}

}  // namespace

Result<SignedTransaction> decode_transaction(ByteView raw) {
  if (raw.empty()) return invalid_argument("expected a transaction, found nothing");
  SignedTransaction out;
  ByteView list = raw;
  if (raw[0] < kFirstListOctet) {
    if (raw[0] != 1 && raw[0] != 2) {
      return invalid_argument("expected a transaction of type 0, 1 or 2", "type");
    }
    out.transaction.type = static_cast<TransactionType>(raw[0]);
    list = raw.subspan(1);
  }
  rlp::Limits limits;
  limits.max_bytes = kMaxTransactionBytes;
  limits.max_depth = 4;
  const auto item = rlp::decode(list, limits);
  if (!item) return item.error();
  rlp::ListReader reader(*item, "transaction");
  read_fields(reader, out);
  const Status done = reader.finish();
  if (!done) return done.error();
  return assemble(out.transaction, out.signature);
}

}  // namespace kedge::ledger::evm
