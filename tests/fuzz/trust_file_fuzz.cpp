// SPDX-License-Identifier: Apache-2.0
// Trust files: every refusal has a reason, and what is accepted means something.
#include "config/trust_file.hpp"
#include "node/proof/trust_settings.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto loaded = config::parse_trust_file(fuzz::text_of(data, size));
  if (!loaded.ok()) {
    check(!config::describe(loaded.problems, "f").empty(), "a refusal has a reason");
    return 0;
  }
  check(!loaded.trust.log_keys.empty(), "some log key is trusted");
  if (const auto trust = node::trust_of(loaded.trust)) {
    check(trust->evm.size() == loaded.trust.ledgers.size(), "every ledger is taken over");
    check(trust->require_anchor != trust->evm.empty(), "a ledger asks for an anchor");
  }
  return 0;
}
