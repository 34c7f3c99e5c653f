// SPDX-License-Identifier: Apache-2.0
#include "node/proof/verifier.hpp"

#include "crypto/hex.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "node/proof/status_verifier.hpp"

namespace kedge::node {
namespace {

/// One verification: collects checks and reasons, and what the verdict can rest on.
class Verification {
 public:
  Verification(const Bundle& bundle, const Trust& trust) : bundle_(bundle), trust_(trust) {}

  Verdict run(const Claim& claim) {
    check_claim(claim);
    check_batch();
    check_log();
    const std::size_t before_anchors = list_.reason_count();
    anchors_ =
        check_anchors(list_, "", bundle_.anchors, checkpoint_ ? &*checkpoint_ : nullptr, trust_);
    anchors_believed_ = list_.reason_count() == before_anchors;
    check_status_part();
    return conclude_verdict(std::move(list_), what_it_rests_on(anchors_), trusted_words());
  }

 private:
  void check_claim(const Claim& claim);
  void check_digest(const Hash& digest, std::string_view whose);
  void check_credential(const CredentialClaim& claim);
  void check_batch();
  void check_log();
  void check_status_part();
  std::vector<std::string> trusted_words() const;

  const Bundle& bundle_;
  const Trust& trust_;
  CheckList list_;
  std::optional<BatchEntry> entry_;
  std::optional<crypto::Checkpoint> checkpoint_;
  std::string signer_;
  bool signature_believed_ = false;
  AnchorFindings anchors_;
  bool anchors_believed_ = false;
  std::optional<StatusStanding> status_;
};

void Verification::check_claim(const Claim& claim) {
  if (const auto* digest = std::get_if<Hash>(&claim)) return check_digest(*digest, "the digest");
  if (const auto* credential = std::get_if<CredentialClaim>(&claim)) {
    return check_credential(*credential);
  }
  list_.not_done("credential", "no credential was given; the bundle speaks for the digest in it");
}

void Verification::check_digest(const Hash& digest, std::string_view whose) {
  if (digest == bundle_.credential.digest) {
    return list_.passed("credential", std::string(whose) + " is the one in the bundle");
  }
  list_.note("credential", {ReasonCode::digest_mismatch,
                            std::string(whose) + " is " + crypto::to_hex(digest) +
                                ", in the bundle " + crypto::to_hex(bundle_.credential.digest)});
}

void Verification::check_credential(const CredentialClaim& claim) {
  const crypto::DigestProfile profile = bundle_.credential.profile;
  const std::string name(crypto::profile_name(profile));
  if (claim.profile && *claim.profile != profile) {
    return list_.note("credential", {ReasonCode::profile_mismatch,
                                     "the bundle is of the profile " + name + ", not " +
                                         std::string(crypto::profile_name(*claim.profile))});
  }
  if (profile == crypto::DigestProfile::external) {
    return list_.note(
        "credential",
        {ReasonCode::profile_not_computable,
         "the digest was made outside; canonicalise the credential as its issuer did and "
         "give the digest"});
  }
  const Result<Hash> digest = crypto::credential_digest(profile, claim.credential);
  if (!digest) {
    return list_.note("credential",
                      {ReasonCode::credential_malformed,
                       "not a credential of the profile " + name + ": " + digest.error().message});
  }
  check_digest(*digest, "the credential's digest (" + name + ")");
}

void Verification::check_batch() {
  const Found<BatchEntry> entry = find_entry(bundle_);
  if (!entry.value) {
    list_.note("log-entry", entry.reason);
    list_.not_done("issuer", "there is no batch entry");
    return list_.not_done("batch-path", "there is no batch entry");
  }
  entry_ = entry.value;
  list_.passed("log-entry", "a batch of " + std::to_string(entry.value->count) + " from position " +
                                std::to_string(entry.value->first_position));
  list_.take("issuer", check_issuer(bundle_, *entry.value), bundle_.batch.issuer);
  list_.take(
      "batch-path", check_batch_path(bundle_, *entry.value),
      "leaf " + std::to_string(bundle_.batch.index) + " of " + std::to_string(entry.value->count));
}

void Verification::check_log() {
  Found<crypto::Checkpoint> found = find_checkpoint(bundle_.log.checkpoint);
  if (!found.value) {
    list_.note("checkpoint", found.reason);
    list_.not_done("log-path", "there is no checkpoint");
    return list_.not_done("checkpoint-signature", "there is no checkpoint");
  }
  checkpoint_ = std::move(found.value);
  const std::string size = std::to_string(checkpoint_->size);
  list_.passed("checkpoint", checkpoint_->origin + " at " + size + " entries");
  list_.take("log-path", check_log_path(bundle_, *checkpoint_),
             "entry " + std::to_string(bundle_.log.index) + " of " + size);
  const Finding signature =
      check_signature(bundle_.log.checkpoint, *checkpoint_, trust_.log_keys, signer_);
  signature_believed_ = !signature;
  list_.take("checkpoint-signature", signature, "signed by " + signer_);
}

void Verification::check_status_part() {
  if (bundle_.status.empty()) {
    if (!trust_.status_age) return list_.not_done("status", "the bundle has none");
    return list_.note("status", {ReasonCode::status_missing, "no status, and one is required"});
  }
  const Result<StatusProof> proof = status_from_json(bundle_.status);
  if (!proof) {
    const Error& error = proof.error();
    return list_.note("status",
                      {ReasonCode::status_malformed,
                       error.field.empty() ? error.message : error.field + ": " + error.message});
  }
  if (proof->target.list != kRegister) {
    return list_.note("status", {ReasonCode::status_unsupported,
                                 "the status is of a published list; whether the credential refers "
                                 "to it cannot be checked by this version"});
  }
  if (!entry_) return list_.not_done("status", "there is no batch entry");
  const StatusSubject subject{entry_->issuer_hash,
                              {kRegister, entry_->first_position + bundle_.batch.index}};
  const CheckedLog log{
      bundle_.log.checkpoint, bundle_.anchors,   checkpoint_ ? &*checkpoint_ : nullptr,
      signature_believed_,    anchors_believed_, anchors_};
  status_ = check_status(list_, *proof, subject, trust_, &log);
}

std::vector<std::string> Verification::trusted_words() const {
  std::vector<std::string> words = words_of(signer_, anchors_);
  if (!status_) return words;
  const std::vector<std::string>& confirmed = status_->anchors.confirmed;
  words.push_back("status " + status_->as_of + ": " +
                  (confirmed.empty() ? "the log's key" : confirmed.front()));
  return words;
}

}  // namespace

Verdict verify(const Bundle& bundle, const Trust& trust, const Claim& claim) {
  return Verification(bundle, trust).run(claim);
}

Verdict verify_document(ByteView document, const Trust& trust, const Claim& claim) {
  const Result<Bundle> bundle = decode_bundle(document);
  if (bundle) return verify(*bundle, trust, claim);
  const Error& error = bundle.error();
  Verdict verdict;
  const bool other_version = error.field == "format";
  verdict.outcome = other_version ? Outcome::unknown : Outcome::invalid;
  verdict.reasons.push_back(
      {other_version ? ReasonCode::format_unsupported : ReasonCode::malformed,
       error.field.empty() ? error.message : error.field + ": " + error.message});
  verdict.checks.push_back({"bundle", other_version ? CheckResult::not_done : CheckResult::failed,
                            verdict.reasons.front().message});
  return verdict;
}

Result<Bundle> decode_bundle(ByteView document) {
  constexpr std::uint8_t kCborMap = 0xa0;
  constexpr std::uint8_t kCborTypeMask = 0xe0;
  const bool is_cbor = !document.empty() && (document[0] & kCborTypeMask) == kCborMap;
  return is_cbor ? bundle_from_cbor(document) : bundle_from_json(as_text(document));
}

}  // namespace kedge::node
