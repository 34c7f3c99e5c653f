// SPDX-License-Identifier: Apache-2.0
#include "node/credential/signature_check.hpp"

#include <algorithm>
#include <array>

#include "crypto/data_integrity.hpp"
#include "crypto/jws.hpp"

namespace kedge::node {
namespace {

constexpr const char* kName = "credential.signature";
constexpr std::size_t kMaxProofs = 16;

constexpr std::array<std::string_view, 4> kAlgorithms = {"ES256", "ES256K", "EdDSA", "Ed25519"};
constexpr std::array<std::string_view, 2> kCryptosuites = {"ecdsa-jcs-2019", "eddsa-jcs-2022"};

SignatureFinding against(ReasonCode code, std::string message) {
  return {finding_against(kName, code, std::move(message)), {}};
}

/// A method of the issuer, or why there is none.
struct FoundMethod {
  std::optional<VerificationMethod> method;
  std::string source;
  SignatureFinding refusal;

  static FoundMethod none(ReasonCode code, std::string message) {
    return {std::nullopt, {}, against(code, std::move(message))};
  }
};

FoundMethod unresolved(const Error& error) {
  switch (error.code) {
    case Errc::not_found:
      return FoundMethod::none(ReasonCode::issuer_key_unknown, error.message);
    case Errc::invalid_argument:
      return FoundMethod::none(
          ReasonCode::did_document_malformed,
          error.field.empty() ? error.message : error.field + ": " + error.message);
    default:
      return FoundMethod::none(ReasonCode::issuer_unreachable, error.message);
  }
}

/// The method that a credential without `kid` means: the only one that may assert.
const VerificationMethod* only_method(const DidDocument& document) {
  const VerificationMethod* only = nullptr;
  for (const std::string& id : document.assertion_methods) {
    const VerificationMethod* method = document.find(id);
    if (method == nullptr || only != nullptr) return nullptr;
    only = method;
  }
  return only;
}

FoundMethod find_method(const std::string& issuer, const std::optional<std::string>& key_id,
                        std::optional<std::int64_t> at_ms, DidResolver& resolver) {
  // A kid that names somebody else is wrong whoever the issuer is.
  std::string id = key_id.value_or("");
  if (key_id) {
    if (id.starts_with('#')) id.insert(0, issuer);
    if (id.find('#') == id.npos && !id.starts_with(issuer)) id = issuer + "#" + id;
    const std::string_view owner = std::string_view(id).substr(0, id.find('#'));
    const bool connected = issuer.starts_with("did:");
    if (owner != issuer && connected) {
      return FoundMethod::none(ReasonCode::credential_key,
                               "the key " + id + " is not one of the issuer " + issuer);
    }
    if (owner != issuer) {
      return FoundMethod::none(ReasonCode::issuer_key_unknown,
                               "nothing connects the key " + id + " with the issuer " + issuer);
    }
  }
  auto resolved = resolver.resolve(issuer, at_ms);
  if (!resolved) return unresolved(resolved.error());
  const DidDocument& document = resolved->document;
  const VerificationMethod* method = key_id ? document.find(id) : only_method(document);
  if (method == nullptr && key_id) {
    return FoundMethod::none(ReasonCode::credential_key,
                             "the issuer's DID document has no key " + id);
  }
  if (method == nullptr) {
    return FoundMethod::none(ReasonCode::issuer_key_unknown,
                             "the credential names no key, and the issuer has not exactly one");
  }
  if (method->controller != document.id) {
    return FoundMethod::none(ReasonCode::credential_key,
                             "the key " + method->id + " is controlled by " + method->controller);
  }
  if (!document.may_assert(method->id)) {
    return FoundMethod::none(ReasonCode::credential_key_purpose,
                             "the key " + method->id + " is not in the issuer's assertionMethod");
  }
  if (!method->key) {
    return FoundMethod::none(
        ReasonCode::signature_unsupported,
        "keys such as " + method->id + " (" + method->type + ") cannot be used by this version");
  }
  return {*method, resolved->source, {}};
}

SignatureFinding passed(std::string_view algorithm, const FoundMethod& found) {
  const std::string& id = found.method->id;
  // A did:key is long, and its fragment says it once more.
  if (id.starts_with("did:key:")) {
    return {finding_passed(kName, std::string(algorithm) + " by the key that the issuer is"),
            "the credential's issuer " + id.substr(0, id.find('#')) + ": " + found.source};
  }
  return {finding_passed(kName, std::string(algorithm) + " by " + id),
          "key " + id + " of the credential's issuer: " + found.source};
}

/// The part of an SD-JWT that the issuer signed, or the whole token.
std::string_view issuer_token(const Credential& credential) {
  return std::string_view(credential.document).substr(0, credential.document.find('~'));
}

SignatureFinding check_jwt(const Credential& credential, DidResolver& resolver) {
  const std::string& algorithm = credential.algorithm;
  if (algorithm.starts_with("HS")) {
    return against(ReasonCode::credential_algorithm,
                   "alg " + algorithm + " is no signature: whoever can verify it can make it");
  }
  if (std::ranges::find(kAlgorithms, algorithm) == kAlgorithms.end()) {
    return against(ReasonCode::signature_unsupported,
                   "alg " + algorithm + " cannot be checked by this version");
  }
  if (credential.issuer.empty()) {
    return against(ReasonCode::issuer_key_unknown, "the credential names no issuer");
  }
  if (credential.has_certificates && !credential.key_id) {
    return against(ReasonCode::signature_unsupported,
                   "the key is in a certificate (x5c), which cannot be checked by this version");
  }
  const FoundMethod found =
      find_method(credential.issuer, credential.key_id, credential.issued_ms, resolver);
  if (!found.method) return found.refusal;
  const auto jws = crypto::parse_jws(issuer_token(credential));
  if (!jws) return against(ReasonCode::credential_malformed, jws.error().message);
  const Status verified = crypto::verify_jws(*jws, *found.method->key);
  if (verified) return passed(algorithm, found);
  const bool other_algorithm = verified.error().field == "header.alg";
  return against(
      other_algorithm ? ReasonCode::credential_algorithm : ReasonCode::credential_signature,
      verified.error().message + " (" + found.method->id + ")");
}

SignatureFinding check_proof(const Credential& credential, std::size_t index,
                             const crypto::DataIntegrityProof& proof, DidResolver& resolver) {
  const FoundMethod found =
      find_method(credential.issuer, proof.verification_method, credential.issued_ms, resolver);
  if (!found.method) return found.refusal;
  if (!crypto::cryptosuite_of(found.method->key->type())) {
    return against(ReasonCode::credential_algorithm,
                   proof.cryptosuite + " has no keys such as " + found.method->id);
  }
  const Status verified =
      crypto::verify_data_integrity_proof(credential.document, index, *found.method->key);
  if (verified) return passed(proof.cryptosuite, found);
  ReasonCode code = ReasonCode::credential_signature;
  if (verified.error().field == "proof.cryptosuite") code = ReasonCode::credential_algorithm;
  if (verified.error().field == "proof.proofPurpose") code = ReasonCode::credential_key_purpose;
  if (verified.error().field == "proof.previousProof") code = ReasonCode::signature_unsupported;
  return against(code, verified.error().message + " (" + found.method->id + ")");
}

/// How much a finding says: a proof that fails speaks louder than one that passes, and that louder
/// than one that could not be checked.
int weight(const SignatureFinding& finding) {
  if (finding.finding.check.result == CheckResult::failed) return 2;
  return finding.finding.check.result == CheckResult::passed ? 1 : 0;
}

SignatureFinding check_proofs(const Credential& credential, DidResolver& resolver) {
  const auto proofs = crypto::data_integrity_proofs(credential.document);
  if (!proofs) return against(ReasonCode::credential_malformed, proofs.error().message);
  if (proofs->size() > kMaxProofs) {
    return against(ReasonCode::credential_malformed,
                   "expected at most " + std::to_string(kMaxProofs) + " proofs");
  }
  std::optional<SignatureFinding> loudest;
  std::optional<SignatureFinding> of_others;
  for (std::size_t i = 0; i < proofs->size(); ++i) {
    const crypto::DataIntegrityProof& proof = (*proofs)[i];
    SignatureFinding finding =
        std::ranges::find(kCryptosuites, proof.cryptosuite) == kCryptosuites.end()
            ? against(ReasonCode::signature_unsupported, "proofs of the cryptosuite " +
                                                             proof.cryptosuite +
                                                             " cannot be checked by this version")
            : check_proof(credential, i, proof, resolver);
    // Proofs of a set may be of others than the issuer (VC Data Integrity section 2.1.1).
    std::optional<SignatureFinding>& place =
        finding.finding.code == ReasonCode::credential_key ? of_others : loudest;
    if (!place || weight(finding) > weight(*place)) place = std::move(finding);
  }
  return loudest ? *std::move(loudest) : *std::move(of_others);
}

}  // namespace

SignatureFinding check_credential_signature(const Credential& credential, DidResolver& resolver) {
  switch (credential.form) {
    case CredentialForm::plain:
      return {finding_not_done(kName, "the document carries no signature that is known here"), {}};
    case CredentialForm::other_signed:
      return against(ReasonCode::signature_unsupported,
                     "signatures of this kind of document cannot be checked by this version");
    case CredentialForm::data_integrity:
      return check_proofs(credential, resolver);
    default:
      return check_jwt(credential, resolver);
  }
}

SignatureFinding check_token_signature(const Credential& token, DidResolver& resolver) {
  return check_jwt(token, resolver);
}

}  // namespace kedge::node
