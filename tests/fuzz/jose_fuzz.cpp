// SPDX-License-Identifier: Apache-2.0
// JWS, SD-JWT and JAdES: what is taken apart can be put together again, and the digest of a profile
// is that of the signing input.
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/digest_profile.hpp"
#include "crypto/jades.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "crypto/sha256.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;
using fuzz::check;

namespace {

void jws(std::string_view text) {
  const auto parsed = parse_jws(text);
  const auto digest = credential_digest(DigestProfile::jws, as_bytes(text));
  if (!parsed) return;
  check(std::string(parsed->signing_input) + "." + base64url_encode(parsed->signature) == text,
        "a token is its signing input and its signature");
  check(!parsed->header.alg.empty(), "there is an algorithm");
  check(digest && *digest == sha256(as_bytes(parsed->signing_input)),
        "the jws digest is that of the signing input");
}

void sd_jwt(std::string_view text) {
  const auto parts = split_sd_jwt(text);
  if (!parts) return;
  std::string again(parts->issuer_jwt);
  for (const std::string_view disclosure : parts->disclosures) {
    again += "~" + std::string(disclosure);
  }
  again += "~" + std::string(parts->key_binding_jwt);
  check(again == text, "an SD-JWT is its parts");
  const auto token = parse_jws(parts->issuer_jwt);
  const auto digest = credential_digest(DigestProfile::jws, as_bytes(text));
  check(token && digest && *digest == sha256(as_bytes(token->signing_input)),
        "the digest does not depend on the disclosures");
  static_cast<void>(disclosed_claims(*parts));
}

void jades(std::string_view text) {
  const auto parsed = parse_jades(text);
  const auto digest = credential_digest(DigestProfile::jades, as_bytes(text));
  check(parsed.has_value() == digest.has_value(), "exactly JAdES has a jades digest");
  if (parsed) {
    check(*digest == sha256(as_bytes(parsed->signing_input)),
          "the jades digest is that of the signing input");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  jws(text);
  sd_jwt(text);
  jades(text);
  static_cast<void>(parse_jws_header(text));
  return 0;
}
