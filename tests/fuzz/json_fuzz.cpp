// SPDX-License-Identifier: Apache-2.0
// The strict parser accepts a part of what nlohmann/json accepts, with the same value.
#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const crypto::JsonLimits limits{.max_bytes = 1 << 16, .max_depth = 16};
  const auto parsed = crypto::parse_json(text, limits);
  const auto checked = crypto::check_json(text, limits);
  check(parsed.has_value() == checked.has_value(), "checking agrees with parsing");
  if (!parsed) {
    check(!parsed.error().message.empty(), "every refusal has a reason");
    check(parsed.error().message == checked.error().message &&
              parsed.error().field == checked.error().field,
          "and the same whether the value is kept or not");
    return 0;
  }
  const auto plain = nlohmann::json::parse(text, nullptr, false);
  check(!plain.is_discarded() && plain == *parsed, "the value is that of the plain parser");
  const auto again = crypto::parse_json(parsed->dump(), limits);
  check(again && *again == *parsed, "what was read can be written and read");
  return 0;
}
