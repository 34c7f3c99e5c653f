// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/anchor_log.hpp"

#include <algorithm>

#include "crypto/keccak.hpp"
#include "ledger/evm/abi.hpp"

namespace kedge::ledger::evm {
namespace {

abi::Writer call(std::string_view signature) {
  return abi::Writer(abi::selector(signature));
}

bool is_error(ByteView data, std::string_view signature, std::size_t words) {
  const abi::Selector selector = abi::selector(signature);
  return data.size() == selector.size() + 32 * words &&
         std::equal(selector.begin(), selector.end(), data.begin());
}

Status check_topics(const EventLog& log, const Hash& topic, std::size_t count) {
  if (log.topics.size() == count && log.topics[0] == topic) return {};
  return invalid_argument("expected another event", "topics");
}

std::uint64_t big_endian(ByteView octets) {
  std::uint64_t value = 0;
  for (const std::uint8_t octet : octets) value = (value << 8) | octet;
  return value;
}

}  // namespace

Hash log_id_of(std::uint64_t chain_id, const Address& contract, const Address& controller,
               const Hash& salt) {
  return crypto::keccak256(
      abi::Writer().put(chain_id).put(contract).put(controller).put(salt).take());
}

Hash next_head(const Hash& prev_head, std::uint64_t seq, const Hash& root, std::uint64_t size) {
  return crypto::keccak256(abi::Writer().put(prev_head).put(seq).put(root).put(size).take());
}

Bytes encode_open(const Hash& salt) {
  return call("open(bytes32)").put(salt).take();
}

Bytes encode_anchor(const AnchorCall& anchor) {
  return call("anchor(bytes32,bytes32,bytes32,uint64)")
      .put(anchor.log_id)
      .put(anchor.prev_head)
      .put(anchor.root)
      .put(anchor.size)
      .take();
}

Bytes encode_anchor_many(std::span<const AnchorCall> calls) {
  abi::Writer writer = call("anchorMany((bytes32,bytes32,bytes32,uint64)[])");
  // One dynamic argument: its offset, its length, and its elements of four words each.
  writer.put(std::uint64_t{32}).put(std::uint64_t{calls.size()});
  for (const AnchorCall& anchor : calls) {
    writer.put(anchor.log_id).put(anchor.prev_head).put(anchor.root).put(anchor.size);
  }
  return writer.take();
}

Bytes encode_set_controller(const Hash& log_id, const Address& to) {
  return call("setController(bytes32,address)").put(log_id).put(to).take();
}

Bytes encode_head_of(const Hash& log_id) {
  return call("headOf(bytes32)").put(log_id).take();
}

Result<LogState> decode_head_of(ByteView answer) {
  abi::Reader reader(answer);
  LogState state;
  state.head = reader.word("head");
  state.controller = reader.address("controller");
  state.seq = reader.u64("seq");
  state.time = reader.u64("time");
  const Status done = reader.finish();
  if (!done) return done.error();
  return state;
}

std::optional<Refusal> decode_refusal(ByteView data) {
  using Reason = Refusal::Reason;
  if (is_error(data, "StaleHead(bytes32,bytes32,uint64)", 3)) {
    abi::Reader reader(data.subspan(4));
    reader.word("logId");
    Refusal refusal{Reason::stale_head, reader.word("head"), reader.u64("seq")};
    if (!reader.finish()) return std::nullopt;
    return refusal;
  }
  if (is_error(data, "NotController(bytes32,address)", 2)) return Refusal{Reason::not_controller};
  if (is_error(data, "LogExists(bytes32)", 1)) return Refusal{Reason::log_exists};
  if (is_error(data, "ZeroRoot()", 0)) return Refusal{Reason::zero_root};
  if (is_error(data, "ZeroController()", 0)) return Refusal{Reason::zero_controller};
  return std::nullopt;
}

const Hash& checkpoint_topic() {
  static const Hash topic = abi::topic("Checkpoint(bytes32,uint64,bytes32,uint64,bytes32)");
  return topic;
}

const Hash& opened_topic() {
  static const Hash topic = abi::topic("Opened(bytes32,address)");
  return topic;
}

Result<CheckpointEvent> decode_checkpoint(const EventLog& log) {
  const Status topics = check_topics(log, checkpoint_topic(), 4);
  if (!topics) return topics.error();
  CheckpointEvent event;
  event.log_id = log.topics[1];
  const auto seq = U256(log.topics[2]).to_u64();
  if (!seq) return invalid_argument("expected a number of at most 64 bits", "seq");
  event.seq = *seq;
  event.root = log.topics[3];
  abi::Reader reader(log.data);
  event.size = reader.u64("size");
  event.head = reader.word("head");
  const Status done = reader.finish();
  if (!done) return done.error();
  return event;
}

Result<OpenedEvent> decode_opened(const EventLog& log) {
  const Status topics = check_topics(log, opened_topic(), 3);
  if (!topics) return topics.error();
  if (!log.data.empty()) return invalid_argument("expected no data", "data");
  abi::Reader reader(log.topics[2]);
  const OpenedEvent event{log.topics[1], reader.address("controller")};
  const Status done = reader.finish();
  if (!done) return done.error();
  return event;
}

Word head_slot(const Hash& log_id) {
  // The mapping is at slot 0: keccak256(key ‖ slot).
  return crypto::keccak256(abi::Writer().put(log_id).put(std::uint64_t{0}).take());
}

Word state_slot(const Hash& log_id) {
  // A hash that ends the 256 bits is found by nobody.
  return add(U256(head_slot(log_id)), U256(1)).value_or(U256()).word();
}

LogState unpack_state(const Word& head, const Word& state) {
  LogState out;
  out.head = head;
  const ByteView packed(state);
  out.time = big_endian(packed.first(4));
  out.seq = big_endian(packed.subspan(4, 8));
  std::copy(packed.begin() + 12, packed.end(), out.controller.begin());
  return out;
}

}  // namespace kedge::ledger::evm
