// SPDX-License-Identifier: Apache-2.0
// The records and lines of the embedded ledger.
#include "ledger/embedded_line.hpp"
#include "ledger/embedded_record.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto record = ledger::parse_record(text)) {
    const auto again = ledger::format_record(*record);
    fuzz::check(again && *again == text, "records are canonical");
  }
  if (const auto anchor = ledger::parse_embedded_line(text)) {
    const auto again = ledger::format_embedded_line(*anchor);
    fuzz::check(again && *again == text, "lines are canonical");
  }
  return 0;
}
