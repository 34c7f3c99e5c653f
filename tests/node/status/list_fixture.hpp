// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <random>

#include "crypto/did.hpp"
#include "crypto/keys.hpp"
#include "node/status/compression.hpp"
#include "node/status/foreign_document.hpp"
#include "node/status/list_encoding.hpp"

namespace kedge::test {

inline constexpr crypto::KeyType kListKeyTypes[] = {
    crypto::KeyType::p256, crypto::KeyType::secp256k1, crypto::KeyType::ed25519};

/// The same in every run, so that a failure can be repeated.
inline node::ListSigner list_signer(crypto::KeyType type) {
  auto key = *crypto::SecretKey::from_bytes(type, Bytes(crypto::kSecretKeySize, 0x42));
  const std::string did = crypto::did_key(key.public_key());
  return {std::move(key), crypto::did_key_url(did)};
}

inline node::ListTerms list_terms() {
  return {.uri = "https://anchor.example.edu/status/00/1/revocation",
          .issuer = "did:example:university",
          .issued_ms = 1'790'000'000'123,
          .valid_until_ms = 1'790'604'800'123,
          .ttl_ms = 300'000,
          .aggregation_uri = "https://anchor.example.edu/status/00/token",
          .ebsi_schema = "https://api-pilot.ebsi.eu/trusted-schemas-registry/v3/schemas/z3Mg"};
}

inline node::ExpectedList expected_list() {
  const node::ListTerms terms = list_terms();
  return {.uri = terms.uri,
          .issuer = terms.issuer,
          .purpose = node::StatusPurpose::revocation,
          .now_ms = terms.issued_ms};
}

/// Packed statuses of which one in `one_in` is not valid.
inline Bytes random_statuses(std::uint64_t size, unsigned one_in, std::uint32_t seed) {
  std::mt19937 random(seed);
  Bytes packed((size + 3) / 4);
  for (std::uint64_t i = 0; i < size; ++i) {
    if (random() % one_in != 0) continue;
    packed[i / 4] |= static_cast<std::uint8_t>((1U + random() % 2) << (2 * (i % 4)));
  }
  return packed;
}

inline unsigned packed_status(ByteView packed, std::uint64_t index) {
  return packed[index / 4] >> (2 * (index % 4)) & 3U;
}

}  // namespace kedge::test
