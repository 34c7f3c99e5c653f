// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/cbor.hpp"
#include "node/status/compression.hpp"
#include "node/status/cose_sign1.hpp"
#include "node/status/list_encoding.hpp"
#include "node/status/token_claims.hpp"

namespace kedge::node {

using nlohmann::ordered_json;

Bytes token_list(ByteView packed, std::uint64_t size) {
  const std::uint64_t octets = (size + 3) / 4;
  if (packed.size() < octets) throw std::invalid_argument("fewer statuses than entries");
  return compress(packed.first(octets), Wrapping::zlib);
}

Result<std::string> sign_token_jwt(ByteView compressed, const ListTerms& terms,
                                   const ListSigner& signer) {
  ordered_json list = {{"bits", kTokenBits}, {"lst", crypto::base64url_encode(compressed)}};
  if (!terms.aggregation_uri.empty()) list["aggregation_uri"] = terms.aggregation_uri;
  const ordered_json payload = {
      {"iss", terms.issuer},           {"sub", terms.uri},
      {"iat", terms.issued_ms / 1000}, {"exp", terms.valid_until_ms / 1000},
      {"ttl", terms.ttl_ms / 1000},    {"status_list", list}};
  return signer.sign_jwt(kTokenJwtTyp, "", payload.dump());
}

Result<Bytes> sign_token_cwt(ByteView compressed, const ListTerms& terms,
                             const ListSigner& signer) {
  Bytes payload;
  CborWriter writer(payload);
  // Keys in ascending order, as the deterministic encoding has them.
  writer.head(CborType::map, 6);
  writer.integer(kCwtIss);
  writer.text(terms.issuer);
  writer.integer(kCwtSub);
  writer.text(terms.uri);
  writer.integer(kCwtExp);
  writer.integer(terms.valid_until_ms / 1000);
  writer.integer(kCwtIat);
  writer.integer(terms.issued_ms / 1000);
  writer.integer(kCwtStatusList);
  writer.head(CborType::map, terms.aggregation_uri.empty() ? 2 : 3);
  writer.text("lst");
  writer.bytes(compressed);
  writer.text("bits");
  writer.integer(kTokenBits);
  if (!terms.aggregation_uri.empty()) {
    writer.text("aggregation_uri");
    writer.text(terms.aggregation_uri);
  }
  writer.integer(kCwtTtl);
  writer.integer(terms.ttl_ms / 1000);
  return signer.sign_cose(kTokenCwtType, payload);
}

std::string token_aggregation(const std::vector<std::string>& uris) {
  return ordered_json{{"status_lists", uris}}.dump();
}

}  // namespace kedge::node
