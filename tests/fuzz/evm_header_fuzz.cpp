// SPDX-License-Identifier: Apache-2.0
// Block headers, the extra data of IBFT 2.0 and QBFT, and their seals.
#include <algorithm>

#include "ledger/evm/seals.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

namespace {

void read_extra(ByteView octets, BlockRules rules) {
  const auto extra = parse_bft_extra(octets, rules);
  if (!extra) return;
  check(std::ranges::equal(encode_bft_extra(*extra, rules), octets), "extra data is canonical");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView octets(data, size);
  read_extra(octets, BlockRules::ibft2);
  read_extra(octets, BlockRules::qbft);
  const auto header = Header::parse(octets);
  if (!header) return 0;
  check(std::ranges::equal(header->encode(), octets), "headers are canonical");
  check(block_hash(*header, BlockRules::plain).has_value(), "every header has a hash");
  const std::vector<Address> trusted(1, header->miner());
  for (const BlockRules rules : {BlockRules::ibft2, BlockRules::qbft}) {
    const SealCheck result = check_seals(*header, rules, trusted);
    check((result.outcome == SealOutcome::sealed) == result.why.empty(), "refusals have a reason");
  }
  return 0;
}
