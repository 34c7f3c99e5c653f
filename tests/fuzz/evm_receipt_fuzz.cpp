// SPDX-License-Identifier: Apache-2.0
// Receipts as they stand in a trie, and as JSON-RPC shows them.
#include <algorithm>

#include "ledger/evm/receipt.hpp"
#include "ledger/evm/receipt_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  if (const auto receipt = parse_receipt(octets)) {
    check(std::ranges::equal(encode_receipt(*receipt), octets), "receipts are canonical");
  }
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto indexed = receipt_from_answer(text)) {
    const Bytes encoded = encode_receipt(indexed->receipt);
    const auto again = parse_receipt(encoded);
    check(!again || *again == indexed->receipt, "what was read can be read again");
  }
  static_cast<void>(receipts_from_answer(text));
  return 0;
}
