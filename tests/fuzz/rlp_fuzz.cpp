// SPDX-License-Identifier: Apache-2.0
// RLP: what is read is written again to the octet, and no list leads a reader astray.
#include <algorithm>

#include "ledger/evm/rlp.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

namespace {

void rewrite(rlp::Writer& writer, const rlp::Item& item) {
  if (!item.is_list()) {
    writer.bytes(item.payload());
    return;
  }
  writer.open_list();
  for (const rlp::Item& element : item.elements()) rewrite(writer, element);
  writer.close_list();
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  rlp::Limits limits;
  limits.max_depth = 8;
  limits.max_items = 1000;
  const auto item = rlp::decode(octets, limits);
  if (!item) return 0;
  rlp::Writer writer;
  rewrite(writer, *item);
  const Bytes again = writer.take();
  check(std::equal(again.begin(), again.end(), octets.begin(), octets.end()), "RLP is canonical");

  rlp::ListReader reader(*item, "list");
  const std::uint64_t number = reader.u64("number");
  const auto fixed = reader.fixed<20>("fixed");
  const U256 big = reader.u256("big");
  const rlp::Item inner = reader.list("inner");
  const ByteView rest = reader.bytes("rest", 0, 64);
  if (!reader.finish()) return 0;
  writer.open_list().number(number).bytes(fixed).number(big).encoded(inner.encoded()).bytes(rest);
  check(writer.close_list().take() == again, "a list that was read can be written again");
  return 0;
}
