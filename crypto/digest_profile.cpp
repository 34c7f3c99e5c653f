// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest_profile.hpp"

#include <array>

#include "crypto/jades.hpp"
#include "crypto/jcs.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"bytes", "jws", "jcs", "jades", "external"};

Error not_a(DigestProfile profile, Error error) {
  error.message =
      "not a credential of profile " + std::string(profile_name(profile)) + ": " + error.message;
  // The path inside the document stays in the message; the field is the caller's own parameter.
  if (!error.field.empty()) error.message += " (at " + error.field + ")";
  error.field.clear();
  return error;
}

Result<Hash> jws_digest(std::string_view text) {
  std::string_view token = text;
  if (text.find('~') != text.npos) {
    const auto sd_jwt = split_sd_jwt(text);
    if (!sd_jwt) return sd_jwt.error();
    token = sd_jwt->issuer_jwt;
  }
  const auto jws = parse_jws(token);
  if (!jws) return jws.error();
  return sha256(as_bytes(jws->signing_input));
}

Result<Hash> jcs_digest(std::string_view text) {
  const auto canonical = jcs_without_proof(text);
  if (!canonical) return canonical.error();
  return sha256(as_bytes(*canonical));
}

Result<Hash> jades_digest(std::string_view text) {
  const auto jades = parse_jades(text);
  if (!jades) return jades.error();
  return sha256(as_bytes(jades->signing_input));
}

Result<Hash> digest(DigestProfile profile, ByteView credential) {
  switch (profile) {
    case DigestProfile::bytes:
      return sha256(credential);
    case DigestProfile::jws:
      return jws_digest(as_text(credential));
    case DigestProfile::jcs:
      return jcs_digest(as_text(credential));
    case DigestProfile::jades:
      return jades_digest(as_text(credential));
    case DigestProfile::external:
      return invalid_argument(
          "its canonical form is made by the caller, who sends the digest instead");
  }
  return invalid_argument("the profile is unknown");
}

}  // namespace

std::string_view profile_name(DigestProfile profile) {
  const auto index = static_cast<std::size_t>(profile) - 1;
  return index < kNames.size() ? kNames[index] : "unknown";
}

Result<DigestProfile> profile_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return static_cast<DigestProfile>(i + 1);
  }
  return invalid_argument("the profile must be bytes, jws, jcs, jades or external");
}

Result<DigestProfile> profile_from_id(std::uint8_t id) {
  if (id < 1 || id > kNames.size()) return invalid_argument("the profile id must be 1 to 5");
  return static_cast<DigestProfile>(id);
}

Result<Hash> credential_digest(DigestProfile profile, ByteView credential) {
  auto hash = digest(profile, credential);
  if (!hash) return not_a(profile, std::move(hash).error());
  return hash;
}

}  // namespace kedge::crypto
