// SPDX-License-Identifier: Apache-2.0
// RFC 8785 against a second implementation over nlohmann/json.
#include <cmath>
#include <cstring>

#include <nlohmann/json.hpp>

#include "crypto/jcs.hpp"
#include "crypto/json.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/reference_jcs.hpp"

using namespace kedge;
using fuzz::check;

namespace {

void number_round_trip(const std::uint8_t* data) {
  double value = 0;
  std::memcpy(&value, data, sizeof value);
  if (!std::isfinite(value)) return;
  std::string text;
  crypto::append_es6_number(text, value);
  check(text == fuzz::reference_jcs(nlohmann::json(value)), "numbers agree with the reference");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 8) number_round_trip(data);
  const std::string_view text = fuzz::text_of(data, size);
  const auto parsed = crypto::parse_json(text);
  const auto canonical = crypto::jcs_canonicalize(text);
  if (canonical) {
    check(parsed.has_value(), "what can be canonicalised is strict JSON");
    check(*canonical == fuzz::reference_jcs(*parsed),
          "the canonical form agrees with the reference");
    const auto again = crypto::jcs_canonicalize(*canonical);
    check(again && *again == *canonical, "the canonical form is a fixed point");
  }
  const auto without_proof = crypto::jcs_without_proof(text);
  check(without_proof.has_value() == (canonical && parsed->is_object()),
        "exactly objects have a form without proof");
  if (without_proof) {
    nlohmann::json object = *parsed;
    object.erase("proof");
    check(*without_proof == fuzz::reference_jcs(object), "only the top-level proof is left out");
  }
  return 0;
}
