// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/receipt.hpp"

#include <algorithm>

#include "crypto/keccak.hpp"
#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

constexpr rlp::Limits kReceiptLimits{.max_bytes = kMaxReceipt, .max_depth = 4, .max_items = 4096};
/// EIP-2718: a first octet from here on belongs to the RLP.
constexpr std::uint8_t kFirstRlpOctet = 0xc0;
constexpr std::uint8_t kLastType = 0x7f;

void add_to_bloom(Bloom& bloom, ByteView octets) {
  constexpr std::size_t kBits = 8 * sizeof(Bloom);
  const Hash hash = crypto::keccak256(octets);
  for (std::size_t i = 0; i < 6; i += 2) {
    const std::size_t bit = ((std::size_t{hash[i]} << 8) | hash[i + 1]) % kBits;
    bloom[bloom.size() - 1 - bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
  }
}

std::variant<bool, Hash> read_outcome(rlp::ListReader& in) {
  const ByteView octets = in.bytes("status", 0, sizeof(Hash));
  if (octets.size() == sizeof(Hash)) {
    Hash root;
    std::copy(octets.begin(), octets.end(), root.begin());
    return root;
  }
  if (octets.size() > 1 || (octets.size() == 1 && octets[0] != 1)) {
    in.fail("status", "0, 1 or a state root");
  }
  return octets.size() == 1;
}

EventLog read_log(const rlp::Item& item, rlp::ListReader& outer) {
  EventLog log;
  rlp::ListReader in(item, "log");
  log.address = in.fixed<20>("address");
  const std::vector<rlp::Item> topics = in.list("topics").elements();
  if (topics.size() > kMaxTopics) in.fail("topics", "at most 4");
  for (const rlp::Item& topic : topics) {
    if (topic.is_list() || topic.payload().size() != sizeof(Hash)) {
      in.fail("topics", "32 octets each");
      break;
    }
    std::copy(topic.payload().begin(), topic.payload().end(), log.topics.emplace_back().begin());
  }
  const ByteView data = in.bytes("data", 0, kMaxReceipt);
  log.data.assign(data.begin(), data.end());
  if (const Status done = in.finish(); !done) outer.fail("logs", done.error().message);
  return log;
}

void write_log(rlp::Writer& out, const EventLog& log) {
  out.open_list().bytes(log.address).open_list();
  for (const Hash& topic : log.topics) out.bytes(topic);
  out.close_list().bytes(log.data).close_list();
}

}  // namespace

Bloom logs_bloom(std::span<const EventLog> logs) {
  Bloom bloom{};
  for (const EventLog& log : logs) {
    add_to_bloom(bloom, log.address);
    for (const Hash& topic : log.topics) add_to_bloom(bloom, topic);
  }
  return bloom;
}

Bytes encode_receipt(const Receipt& receipt) {
  rlp::Writer out;
  if (receipt.type != 0) out.encoded(ByteView(&receipt.type, 1));
  out.open_list();
  if (const Hash* root = std::get_if<Hash>(&receipt.outcome)) {
    out.bytes(*root);
  } else {
    out.number(receipt.succeeded() ? 1 : 0);
  }
  out.number(receipt.cumulative_gas).bytes(logs_bloom(receipt.logs)).open_list();
  for (const EventLog& log : receipt.logs) write_log(out, log);
  return out.close_list().close_list().take();
}

Result<Receipt> parse_receipt(ByteView encoded) {
  Receipt out;
  if (!encoded.empty() && encoded[0] < kFirstRlpOctet) {
    out.type = encoded[0];
    encoded = encoded.subspan(1);
    if (out.type == 0 || out.type > kLastType) {
      return invalid_argument("expected 1 to 127, or none", "type");
    }
  }
  const auto list = rlp::decode(encoded, kReceiptLimits);
  if (!list) return list.error();
  rlp::ListReader in(*list, "receipt");
  out.outcome = read_outcome(in);
  out.cumulative_gas = in.u64("cumulativeGasUsed");
  const Bloom bloom = in.fixed<256>("logsBloom");
  for (const rlp::Item& item : in.list("logs").elements()) out.logs.push_back(read_log(item, in));
  if (in.ok() && bloom != logs_bloom(out.logs)) in.fail("logsBloom", "that of the logs");
  if (const Status done = in.finish(); !done) return done.error();
  return out;
}

Bytes receipt_key(std::uint64_t transaction_index) {
  return rlp::Writer().number(transaction_index).take();
}

}  // namespace kedge::ledger::evm
