// SPDX-License-Identifier: Apache-2.0
// What other programs send of a chain: signed transactions, answers and events of the contract.
#include <algorithm>

#include "crypto/keccak.hpp"
#include "ledger/evm/abi.hpp"
#include "ledger/evm/anchor_log.hpp"
#include "ledger/evm/transaction.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

namespace {

void try_transaction(ByteView raw) {
  const auto read = decode_transaction(raw);
  if (!read) return;
  check(std::equal(raw.begin(), raw.end(), read->raw.begin(), read->raw.end()),
        "transactions are canonical");
  check(read->hash == crypto::keccak256(raw), "the hash is that of the octets");
  const auto again = assemble(read->transaction, read->signature);
  check(again && again->raw == read->raw && again->sender == read->sender,
        "a transaction that was read can be written again");
}

void try_answers(ByteView octets) {
  if (const auto state = decode_head_of(octets)) {
    abi::Writer writer;
    writer.put(state->head).put(state->controller).put(state->seq).put(state->time);
    const Bytes again = writer.take();
    check(std::equal(again.begin(), again.end(), octets.begin(), octets.end()),
          "answers are canonical");
  }
  const auto refusal = decode_refusal(octets);
  check(!refusal || octets.size() % 32 == 4, "a refusal is a selector and words");
}

void try_event(ByteView octets) {
  EventLog log;
  log.topics.push_back(checkpoint_topic());
  for (; log.topics.size() < 4 && octets.size() >= 32; octets = octets.subspan(32)) {
    std::copy_n(octets.begin(), 32, log.topics.emplace_back().begin());
  }
  log.data.assign(octets.begin(), octets.end());
  const auto event = decode_checkpoint(log);
  if (!event) return;
  check(abi::word(event->seq) == log.topics[2] && event->root == log.topics[3] &&
            abi::Writer().put(event->size).put(event->head).take() == log.data,
        "events are canonical");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  try_transaction(octets);
  try_answers(octets);
  try_event(octets);
  return 0;
}
