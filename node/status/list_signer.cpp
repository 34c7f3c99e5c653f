// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_signer.hpp"

#include <nlohmann/json.hpp>

#include "crypto/data_integrity.hpp"
#include "crypto/did.hpp"
#include "crypto/jws.hpp"
#include "crypto/rfc3339.hpp"
#include "node/status/cose_sign1.hpp"
#include "node/status/list_terms.hpp"

namespace kedge::node {

using nlohmann::ordered_json;

std::string second_time(std::uint64_t time_ms) {
  std::string text = crypto::format_rfc3339(time_ms);
  // `.042Z` becomes `Z`.
  text.replace(text.size() - 5, 4, "");
  return text;
}

bool ListSigner::has_data_integrity() const {
  return crypto::cryptosuite_of(key_.type()).has_value();
}

Result<std::string> ListSigner::sign_jwt(std::string_view typ, std::string_view cty,
                                         std::string_view payload) const {
  ordered_json header = {
      {"alg", crypto::jws_algorithm(key_.type())}, {"kid", verification_method_}, {"typ", typ}};
  if (!cty.empty()) header["cty"] = cty;
  return crypto::sign_jws(header.dump(), as_bytes(payload), key_);
}

Result<std::string> ListSigner::sign_document(std::string_view document,
                                              std::uint64_t created_ms) const {
  const crypto::ProofOptions options{.verification_method = verification_method_,
                                     .created = second_time(created_ms)};
  return crypto::add_data_integrity_proof(document, options, key_);
}

Result<Bytes> ListSigner::sign_cose(std::string_view typ, ByteView payload) const {
  CoseSign1 message;
  message.algorithm = cose_algorithm(key_.type());
  message.kid = Bytes(verification_method_.begin(), verification_method_.end());
  message.typ = typ;
  message.payload = Bytes(payload.begin(), payload.end());
  message.protected_header = encode_protected_header(message.algorithm, message.typ);
  auto signature = key_.sign(signed_octets(message));
  if (!signature) return std::move(signature).error();
  message.signature = *std::move(signature);
  return encode_cose_sign1(message);
}

std::string default_verification_method(std::string_view issuer, const crypto::PublicKey& key) {
  const auto named = crypto::public_key_from_did_key(issuer);
  if (named && *named == key) return crypto::did_key_url(issuer);
  return std::string(issuer) + "#keys-1";
}

}  // namespace kedge::node
