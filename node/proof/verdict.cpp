// SPDX-License-Identifier: Apache-2.0
#include "node/proof/verdict.hpp"

#include <stdexcept>

#include "crypto/json_string.hpp"

namespace kedge::node {
namespace {

struct CodeRow {
  ReasonCode code;
  std::string_view name;
  Outcome outcome;
};

/// In the order of the enumeration; tested.
constexpr CodeRow kCodes[] = {
    {ReasonCode::log_key_only, "log-key-only", Outcome::valid},
    {ReasonCode::ledger_confirmed, "ledger-confirmed", Outcome::valid},
    {ReasonCode::malformed, "malformed", Outcome::invalid},
    {ReasonCode::credential_malformed, "credential-malformed", Outcome::invalid},
    {ReasonCode::digest_mismatch, "digest-mismatch", Outcome::invalid},
    {ReasonCode::profile_mismatch, "profile-mismatch", Outcome::invalid},
    {ReasonCode::entry_malformed, "entry-malformed", Outcome::invalid},
    {ReasonCode::issuer_mismatch, "issuer-mismatch", Outcome::invalid},
    {ReasonCode::batch_path, "batch-path", Outcome::invalid},
    {ReasonCode::checkpoint_malformed, "checkpoint-malformed", Outcome::invalid},
    {ReasonCode::log_path, "log-path", Outcome::invalid},
    {ReasonCode::checkpoint_signature, "checkpoint-signature", Outcome::invalid},
    {ReasonCode::anchor_malformed, "anchor-malformed", Outcome::invalid},
    {ReasonCode::anchor_mismatch, "anchor-mismatch", Outcome::invalid},
    {ReasonCode::anchor_proof, "anchor-proof", Outcome::invalid},
    {ReasonCode::block_contradicted, "block-contradicted", Outcome::invalid},
    {ReasonCode::credential_signature, "credential-signature", Outcome::invalid},
    {ReasonCode::credential_algorithm, "credential-algorithm", Outcome::invalid},
    {ReasonCode::credential_key, "credential-key", Outcome::invalid},
    {ReasonCode::credential_key_purpose, "credential-key-purpose", Outcome::invalid},
    {ReasonCode::credential_claims, "credential-claims", Outcome::invalid},
    {ReasonCode::credential_disclosures, "credential-disclosures", Outcome::invalid},
    {ReasonCode::credential_expired, "credential-expired", Outcome::invalid},
    {ReasonCode::credential_not_yet_valid, "credential-not-yet-valid", Outcome::invalid},
    {ReasonCode::status_malformed, "status-malformed", Outcome::invalid},
    {ReasonCode::status_mismatch, "status-mismatch", Outcome::invalid},
    {ReasonCode::status_path, "status-path", Outcome::invalid},
    {ReasonCode::revoked, "revoked", Outcome::invalid},
    {ReasonCode::suspended, "suspended", Outcome::invalid},
    {ReasonCode::format_unsupported, "format-unsupported", Outcome::unknown},
    {ReasonCode::profile_not_computable, "profile-not-computable", Outcome::unknown},
    {ReasonCode::log_key_untrusted, "log-key-untrusted", Outcome::unknown},
    {ReasonCode::anchor_missing, "anchor-missing", Outcome::unknown},
    {ReasonCode::anchor_untrusted, "anchor-untrusted", Outcome::unknown},
    {ReasonCode::anchor_unsupported, "anchor-unsupported", Outcome::unknown},
    {ReasonCode::block_untrusted, "block-untrusted", Outcome::unknown},
    {ReasonCode::status_unsupported, "status-unsupported", Outcome::unknown},
    {ReasonCode::signature_unsupported, "signature-unsupported", Outcome::unknown},
    {ReasonCode::issuer_key_unknown, "issuer-key-unknown", Outcome::unknown},
    {ReasonCode::issuer_unreachable, "issuer-unreachable", Outcome::unknown},
    {ReasonCode::did_document_malformed, "did-document-malformed", Outcome::unknown},
    {ReasonCode::validity_unknown, "validity-unknown", Outcome::unknown},
    {ReasonCode::status_missing, "status-missing", Outcome::unknown},
    {ReasonCode::status_stale, "status-stale", Outcome::unknown},
    {ReasonCode::status_not_looked_up, "status-not-looked-up", Outcome::unknown},
    {ReasonCode::status_entry_unsupported, "status-entry-unsupported", Outcome::unknown},
    {ReasonCode::status_host_untrusted, "status-host-untrusted", Outcome::unknown},
    {ReasonCode::status_unreachable, "status-unreachable", Outcome::unknown},
    {ReasonCode::status_list_malformed, "status-list-malformed", Outcome::unknown},
    {ReasonCode::status_list_type, "status-list-type", Outcome::unknown},
    {ReasonCode::status_list_signature, "status-list-signature", Outcome::unknown},
    {ReasonCode::status_list_issuer, "status-list-issuer", Outcome::unknown},
    {ReasonCode::status_list_uri, "status-list-uri", Outcome::unknown},
    {ReasonCode::status_list_purpose, "status-list-purpose", Outcome::unknown},
    {ReasonCode::status_list_out_of_date, "status-list-out-of-date", Outcome::unknown},
    {ReasonCode::status_list_too_large, "status-list-too-large", Outcome::unknown},
    {ReasonCode::status_list_length, "status-list-length", Outcome::unknown},
    {ReasonCode::status_index_out_of_range, "status-index-out-of-range", Outcome::unknown},
};

const CodeRow& code_row(ReasonCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row;
  }
  throw std::out_of_range("not a reason code");
}

void append_member(std::string& out, std::string_view name, std::string_view text) {
  out.append("\"").append(name).append("\":");
  crypto::append_json_string(out, text);
}

/// `[`, what `append_one` writes of each item, `]`.
template <class Items, class AppendOne>
void append_array(std::string& out, const Items& items, const AppendOne& append_one) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    append_one(items[i]);
  }
  out += ']';
}

}  // namespace

std::string_view outcome_name(Outcome outcome) {
  switch (outcome) {
    case Outcome::valid:
      return "valid";
    case Outcome::invalid:
      return "invalid";
    case Outcome::unknown:
      return "unknown";
  }
  throw std::out_of_range("not an outcome");
}

std::string_view reason_name(ReasonCode code) {
  return code_row(code).name;
}

Outcome reason_outcome(ReasonCode code) {
  return code_row(code).outcome;
}

std::string_view check_result_name(CheckResult result) {
  switch (result) {
    case CheckResult::passed:
      return "passed";
    case CheckResult::failed:
      return "failed";
    case CheckResult::not_done:
      return "not-done";
  }
  throw std::out_of_range("not a check result");
}

void append_verdict_json(std::string& out, const Verdict& verdict) {
  out += '{';
  append_member(out, "verdict", outcome_name(verdict.outcome));
  out += ",\"reasons\":";
  append_array(out, verdict.reasons, [&out](const Reason& reason) {
    out += '{';
    append_member(out, "code", reason_name(reason.code));
    out += ',';
    append_member(out, "message", reason.message);
    out += '}';
  });
  out += ",\"checks\":";
  append_array(out, verdict.checks, [&out](const Check& check) {
    out += '{';
    append_member(out, "name", check.name);
    out += ',';
    append_member(out, "result", check_result_name(check.result));
    out += ',';
    append_member(out, "detail", check.detail);
    out += '}';
  });
  out += ",\"trust\":";
  append_array(out, verdict.trust,
               [&out](const std::string& line) { crypto::append_json_string(out, line); });
  out += '}';
}

std::string verdict_to_json(const Verdict& verdict) {
  std::string out;
  append_verdict_json(out, verdict);
  return out;
}

}  // namespace kedge::node
