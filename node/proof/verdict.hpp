// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// `unknown` means that something could not be checked. It is never a statement about the
/// credential.
enum class Outcome : std::uint8_t { valid, invalid, unknown };

/// Why a verdict is what it is; a closed set. What each code means is listed in the README of this
/// folder.
enum class ReasonCode : std::uint8_t {
  // Of a valid verdict: what it rests on.
  log_key_only,
  ledger_confirmed,
  // Of an invalid verdict: something contradicts something else.
  malformed,
  credential_malformed,
  digest_mismatch,
  profile_mismatch,
  entry_malformed,
  issuer_mismatch,
  batch_path,
  checkpoint_malformed,
  log_path,
  checkpoint_signature,
  anchor_malformed,
  anchor_mismatch,
  anchor_proof,
  block_contradicted,
  // Of the credential itself (node/credential).
  credential_signature,
  credential_algorithm,
  credential_key,
  credential_key_purpose,
  credential_claims,
  credential_disclosures,
  credential_expired,
  credential_not_yet_valid,
  status_malformed,
  status_mismatch,
  status_path,
  revoked,
  suspended,
  // Of an unknown verdict: something could not be checked.
  format_unsupported,
  profile_not_computable,
  log_key_untrusted,
  anchor_missing,
  anchor_untrusted,
  anchor_unsupported,
  block_untrusted,
  status_unsupported,
  // Of the credential itself.
  signature_unsupported,
  issuer_key_unknown,
  issuer_unreachable,
  did_document_malformed,
  validity_unknown,
  status_missing,
  status_stale,
  status_not_looked_up,
  status_entry_unsupported,
  status_host_untrusted,
  status_unreachable,
  status_list_malformed,
  status_list_type,
  status_list_signature,
  status_list_issuer,
  status_list_uri,
  status_list_purpose,
  status_list_out_of_date,
  status_list_too_large,
  status_list_length,
  status_index_out_of_range,
};

enum class CheckResult : std::uint8_t { passed, failed, not_done };

/// `valid`, `invalid` or `unknown`.
std::string_view outcome_name(Outcome outcome);
/// The code as it stands in JSON, such as `batch-path`.
std::string_view reason_name(ReasonCode code);
/// The verdict that the code speaks for.
Outcome reason_outcome(ReasonCode code);
/// `passed`, `failed` or `not-done`.
std::string_view check_result_name(CheckResult result);

struct Reason {
  ReasonCode code = ReasonCode::malformed;
  /// One line for a person.
  std::string message;
  friend bool operator==(const Reason&, const Reason&) = default;
};

/// One step of the verification, also one that was not done, and why not.
struct Check {
  std::string name;
  CheckResult result = CheckResult::not_done;
  std::string detail;
  friend bool operator==(const Check&, const Check&) = default;
};

/// The answer to "is this credential anchored?": invalid if anything contradicts, else unknown if
/// anything that the answer needs could not be checked, else valid.
struct Verdict {
  Outcome outcome = Outcome::unknown;
  /// At least one, those that speak for `outcome` first.
  std::vector<Reason> reasons;
  /// In the order in which they were made.
  std::vector<Check> checks;
  /// On whose word the verdict rests, one line for a person each; empty unless valid.
  std::vector<std::string> trust;
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// `{"verdict","reasons":[{"code","message"}],"checks":[{"name","result","detail"}],"trust":[..]}`.
void append_verdict_json(std::string& out, const Verdict& verdict);
std::string verdict_to_json(const Verdict& verdict);

}  // namespace kedge::node
