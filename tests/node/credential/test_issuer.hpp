// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include <nlohmann/json.hpp>

#include "crypto/data_integrity.hpp"
#include "crypto/did.hpp"
#include "crypto/jwk.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "node/credential/credential.hpp"
#include "node/credential/did_resolver.hpp"
#include "node/credential/document_source.hpp"

namespace kedge::test {

using nlohmann::json;
using node::Credential;
using node::parse_credential;

inline constexpr const char* kV1 = "https://www.w3.org/2018/credentials/v1";
inline constexpr const char* kV2 = "https://www.w3.org/ns/credentials/v2";

/// 2026-06-30T12:00:00Z, when all credentials of the tests are valid.
inline constexpr std::uint64_t kNow = 1'782'820'800'000;

/// An issuer that is a did:key, unless it is given another DID.
class TestIssuer {
 public:
  explicit TestIssuer(crypto::KeyType type = crypto::KeyType::p256, std::string did = {})
      : key_(take(crypto::SecretKey::generate(type))), did_(std::move(did)) {
    if (did_.empty()) did_ = crypto::did_key_jwk_jcs(key_.public_key());
    const bool is_key = did_.starts_with("did:key:");
    url_ =
        is_key ? crypto::did_key_url(did_) : did_ + "#" + crypto::jwk_thumbprint(key_.public_key());
  }

  [[nodiscard]] const crypto::SecretKey& key() const { return key_; }
  [[nodiscard]] const std::string& did() const { return did_; }
  [[nodiscard]] const std::string& url() const { return url_; }

  [[nodiscard]] json header(const std::string& typ = "JWT") const {
    return {{"alg", crypto::jws_algorithm(key_.type())}, {"typ", typ}, {"kid", url_}};
  }
  [[nodiscard]] std::string sign_with(const json& header, const json& payload) const {
    return take(crypto::sign_jws(header.dump(), as_bytes(payload.dump()), key_));
  }
  [[nodiscard]] std::string sign(const json& payload, const std::string& typ = "JWT") const {
    return sign_with(header(typ), payload);
  }
  [[nodiscard]] std::string prove(const json& document) const {
    return take(crypto::add_data_integrity_proof(
        document.dump(), {.verification_method = url_, .created = "2026-01-01T00:00:00Z"}, key_));
  }

  /// The claims of a JWT VC 1.1 as EBSI wants them.
  [[nodiscard]] json ebsi_claims() const {
    const std::string subject = did_.starts_with("did:key:") ? did_ : TestIssuer().did();
    return {{"jti", "urn:uuid:1"},
            {"iss", did_},
            {"sub", subject},
            {"iat", 1'767'225'600},
            {"nbf", 1'767'225'600},
            {"exp", 1'798'761'600},
            {"vc",
             {{"@context", {kV1}},
              {"id", "urn:uuid:1"},
              {"type", {"VerifiableCredential", "VerifiableAttestation"}},
              {"issuer", did_},
              {"issuanceDate", "2026-01-01T00:00:00Z"},
              {"issued", "2026-01-01T00:00:00Z"},
              {"validFrom", "2026-01-01T00:00:00Z"},
              {"expirationDate", "2027-01-01T00:00:00Z"},
              {"credentialSubject", {{"id", subject}}},
              {"credentialSchema",
               {{"id", "https://schemas.example/1"}, {"type", "FullJsonSchemaValidator2021"}}}}}};
  }

  /// The members of a VCDM 2.0 credential.
  [[nodiscard]] json vcdm() const {
    return {{"@context", {kV2}},
            {"id", "urn:uuid:2"},
            {"type", {"VerifiableCredential"}},
            {"issuer", did_},
            {"validFrom", "2026-01-01T00:00:00Z"},
            {"validUntil", "2027-01-01T00:00:00Z"},
            {"credentialSubject", {{"id", "did:example:learner"}}}};
  }

  /// The claims of an SD-JWT VC.
  [[nodiscard]] json sd_claims() const {
    return {{"iss", did_},
            {"vct", "urn:example:diploma"},
            {"iat", 1'767'225'600},
            {"nbf", 1'767'225'600},
            {"exp", 1'798'761'600}};
  }

  /// Its DID document with this key, which may assert.
  [[nodiscard]] json did_document() const {
    return {{"id", did_},
            {"verificationMethod",
             {{{"id", url_},
               {"type", "JsonWebKey2020"},
               {"controller", did_},
               {"publicKeyJwk", crypto::jwk_from_public_key(key_.public_key())}}}},
            {"assertionMethod", {url_}}};
  }

 private:
  template <class T>
  static T take(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
  }

  crypto::SecretKey key_;
  std::string did_;
  std::string url_;
};

/// Documents by their URLs; every other URL is at a host that may not be asked.
class MapSource final : public node::DocumentSource {
 public:
  Result<std::string> fetch(const std::string& url, std::string_view) override {
    ++fetched;
    const auto found = documents.find(url);
    if (found != documents.end()) return found->second;
    return Error{Errc::unauthorized, "not in the list"};
  }

  std::map<std::string, Result<std::string>> documents;
  int fetched = 0;
};

inline Credential parsed(const std::string& document) {
  auto credential = parse_credential(as_bytes(document));
  if (!credential) {
    throw std::runtime_error(credential.error().field + ": " + credential.error().message);
  }
  return *std::move(credential);
}

}  // namespace kedge::test
