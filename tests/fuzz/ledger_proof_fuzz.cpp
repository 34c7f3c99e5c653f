// SPDX-License-Identifier: Apache-2.0
// Records of anchors on EVM ledgers, and what RPC nodes answer to a harvest.
#include "ledger/evm/harvest.hpp"
#include "ledger/evm/header_json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto proof = parse_ledger_proof(text)) {
    const auto again = format_ledger_proof(*proof);
    check(again && *again == text, "records are canonical");
    const auto block = check_ledger_proof(*proof);
    if (block) check(proof->state || proof->receipt, "something is proved");
  }
  if (const auto header = header_from_block(text)) {
    const auto hash = block_hash(header->header, header->rules);
    check(hash && *hash == header->hash, "a rebuilt header has its hash");
  }
  const std::string answer(text);
  static_cast<void>(harvest_proof({}, {answer, answer, answer, answer, {}}));
  return 0;
}
