// SPDX-License-Identifier: Apache-2.0
#include "crypto/tlog_proof.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto proof = crypto::parse_tlog_proof(text)) {
    fuzz::check(crypto::format_tlog_proof(*proof) == text, "tlog proofs are canonical");
  }
  return 0;
}
