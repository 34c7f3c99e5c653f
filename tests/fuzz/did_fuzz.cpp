// SPDX-License-Identifier: Apache-2.0
// DIDs, multikeys and JWKs: a key that was read has the text that it was read from.
#include <nlohmann/json.hpp>

#include "crypto/did.hpp"
#include "crypto/json.hpp"
#include "crypto/jwk.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (const auto key = public_key_from_did_key(text)) {
    check(did_key(*key) == text || did_key_jwk_jcs(*key) == text, "did:key is canonical");
    check(check_did(text).has_value(), "did:key is a DID");
  }
  if (const auto key = public_key_from_multikey(text)) {
    check(multikey(*key) == text, "multikeys are canonical");
  }
  if (check_did_ebsi(text)) check(check_did(text).has_value(), "did:ebsi is a DID");
  if (const auto json = parse_json(text)) {
    if (const auto key = public_key_from_jwk(*json)) {
      const auto again = public_key_from_jwk(jwk_from_public_key(*key));
      check(again && *again == *key, "JWK round trip");
    }
  }
  return 0;
}
