// SPDX-License-Identifier: Apache-2.0
#include "node/credential/verify_credential.hpp"

#include <algorithm>
#include <iterator>

#include "crypto/rfc3339.hpp"
#include "node/credential/claim_checks.hpp"
#include "node/credential/signature_check.hpp"
#include "node/credential/status_check.hpp"

namespace kedge::node {
namespace {

std::string time_text(std::int64_t time_ms) {
  if (time_ms < 0) return "a time before 1970";
  const auto time = static_cast<std::uint64_t>(time_ms);
  return time <= crypto::kMaxTimeMs ? crypto::format_rfc3339(time) : "a time after 9999";
}

bool is_read(CredentialForm form) {
  return form != CredentialForm::plain && form != CredentialForm::other_signed;
}

CredentialFinding check_validity(const Credential& credential, std::uint64_t now_ms) {
  const std::string name = "credential.validity";
  if (!is_read(credential.form)) {
    return finding_against(
        name, ReasonCode::validity_unknown,
        std::string(form_name(credential.form)) + ": its dates cannot be read by this version");
  }
  const auto now = static_cast<std::int64_t>(std::min(now_ms, crypto::kMaxTimeMs));
  if (credential.valid_from_ms && now + kClockLeewayMs < *credential.valid_from_ms) {
    return finding_against(
        name, ReasonCode::credential_not_yet_valid,
        "valid from " + time_text(*credential.valid_from_ms) + ", asked for " + time_text(now));
  }
  if (credential.valid_until_ms && now - kClockLeewayMs >= *credential.valid_until_ms) {
    return finding_against(
        name, ReasonCode::credential_expired,
        "valid until " + time_text(*credential.valid_until_ms) + ", asked for " + time_text(now));
  }
  std::string detail = credential.valid_from_ms ? "from " + time_text(*credential.valid_from_ms)
                                                : std::string("from any time on");
  detail += credential.valid_until_ms ? " until " + time_text(*credential.valid_until_ms)
                                      : " without an end";
  return finding_passed(name, std::move(detail));
}

/// One credential: collects findings and decides which of them the verdict hangs on.
class CredentialVerification {
 public:
  CredentialVerification(Verdict anchoring, const CredentialTrust& trust)
      : verdict_(std::move(anchoring)), trust_(trust) {}

  Verdict run(ByteView document, std::string_view anchored_by) {
    const Result<Credential> credential = parse_credential(document);
    if (!credential) {
      const Error& error = credential.error();
      const std::string where = error.field.empty() ? std::string() : error.field + ": ";
      take(finding_against("credential.form", ReasonCode::credential_malformed,
                           where + error.message),
           true);
      return conclude();
    }
    check(*credential, anchored_by);
    return conclude();
  }

 private:
  void check(const Credential& credential, std::string_view anchored_by) {
    const bool signed_form = credential.form != CredentialForm::plain;
    const std::optional<Requirements>& required = trust_.required;
    take_issuer(credential, anchored_by);
    take(check_claims(credential), true);
    take_signature(credential, required ? required->signature : signed_form);
    take(check_validity(credential, trust_.now_ms),
         required ? required->validity : is_read(credential.form));
    take_statuses(credential);
    note_ebsi(credential);
  }

  /// A finding that speaks for `invalid` always counts, another one where it is needed.
  void take(CredentialFinding finding, bool needed) {
    const bool fails = finding.check.result == CheckResult::failed;
    if (finding.code && (fails || needed)) {
      reasons_.push_back({*finding.code, finding.check.detail});
    }
    verdict_.checks.push_back(std::move(finding.check));
  }

  void take_issuer(const Credential& credential, std::string_view anchored_by) {
    const std::string name = "credential.issuer";
    if (credential.issuer.empty()) {
      return take(finding_not_done(name, "the document names no issuer"), false);
    }
    if (anchored_by == credential.issuer) {
      return take(finding_passed(name, credential.issuer + " has anchored it as well"), false);
    }
    const std::string by = anchored_by.empty() ? "somebody unknown" : std::string(anchored_by);
    take(finding_not_done(name, "issued by " + credential.issuer + ", anchored by " + by +
                                    "; nothing here says that they are the same"),
         false);
  }

  void take_signature(const Credential& credential, bool needed) {
    SignatureFinding found = check_credential_signature(credential, *trust_.resolver);
    // Required of a document that has none.
    if (needed && credential.form == CredentialForm::plain) {
      found.finding.code = ReasonCode::signature_unsupported;
    }
    if (!found.signer.empty()) trust_lines_.push_back(std::move(found.signer));
    take(std::move(found.finding), needed);
  }

  bool proven_in_bundle() const {
    return std::ranges::any_of(verdict_.checks, [](const Check& check) {
      return check.name == "status" && check.result == CheckResult::passed;
    });
  }

  void take_statuses(const Credential& credential) {
    const bool proven = proven_in_bundle();
    const bool required = trust_.required && trust_.required->status && !proven;
    // Who names hosts wants to know; that they do not answer is no "valid".
    const bool asked = trust_.status_source != nullptr && !proven;
    if (credential.statuses.empty()) {
      const std::string why = "the credential names none";
      return take(required ? finding_against("credential.status", ReasonCode::status_missing,
                                             why + ", and the bundle proves none")
                           : finding_not_done("credential.status", why),
                  required);
    }
    const StatusLookUp look_up{trust_.status_source, trust_.resolver, trust_.list_issuers,
                               trust_.now_ms};
    for (CredentialFinding& finding : check_credential_status(credential, look_up)) {
      take(std::move(finding), required || asked);
    }
  }

  /// What EBSI's own verifiers ask beyond this, so that nobody takes it for done.
  void note_ebsi(const Credential& credential) {
    if (!is_ebsi_attestation(credential)) return;
    take(finding_not_done("credential.schema", "schemas are not fetched"), false);
    if (!credential.issuer.starts_with("did:ebsi:")) return;
    take(finding_not_done("credential.accreditation",
                          "whether the Trusted Issuers Registry accredits the issuer is not asked"),
         false);
  }

  Verdict conclude() {
    if (reasons_.empty()) {
      if (verdict_.outcome == Outcome::valid) {
        std::ranges::move(trust_lines_, std::back_inserter(verdict_.trust));
      }
      return std::move(verdict_);
    }
    // What a valid verdict rested on speaks no longer.
    std::erase_if(verdict_.reasons, [](const Reason& reason) {
      return reason_outcome(reason.code) == Outcome::valid;
    });
    verdict_.trust.clear();
    std::ranges::move(reasons_, std::back_inserter(verdict_.reasons));
    // clang 14 cannot compile std::ranges::stable_partition of this library.
    std::stable_partition(
        verdict_.reasons.begin(), verdict_.reasons.end(),
        [](const Reason& reason) { return reason_outcome(reason.code) == Outcome::invalid; });
    verdict_.outcome = reason_outcome(verdict_.reasons.front().code);
    return std::move(verdict_);
  }

  Verdict verdict_;
  const CredentialTrust& trust_;
  std::vector<Reason> reasons_;
  std::vector<std::string> trust_lines_;
};

}  // namespace

Result<Requirements> parse_requirements(std::string_view text) {
  Requirements out;
  if (text == "none") return out;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t comma = std::min(text.find(',', start), text.size());
    const std::string_view word = text.substr(start, comma - start);
    if (word == "signature") {
      out.signature = true;
    } else if (word == "validity") {
      out.validity = true;
    } else if (word == "status") {
      out.status = true;
    } else {
      return invalid_argument(
          "expected signature, validity and status, separated by commas, or none");
    }
    start = comma + 1;
  }
  return out;
}

Verdict verify_credential(Verdict anchoring, ByteView document, std::string_view anchored_by,
                          const CredentialTrust& trust) {
  return CredentialVerification(std::move(anchoring), trust).run(document, anchored_by);
}

}  // namespace kedge::node
