// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "config/units.hpp"
#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "node/anchoring/clock.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/chain_nodes.hpp"
#include "node/cli/command.hpp"
#include "node/cli/files.hpp"
#include "node/cli/human.hpp"
#include "node/cli/profile_detection.hpp"
#include "node/cli/terminal.hpp"
#include "node/credential/credential_settings.hpp"
#include "node/proof/trust_settings.hpp"

namespace kedge::node::cli {
namespace {

class VerifyCommand : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string summary() const override { return "Verify a proof, and the credential, offline"; }

  void declare(Arguments& arguments) override {
    arguments.positional("proof", proof_, true, "The proof bundle (*.proof.json, *.proof.cbor)");
    arguments.positional("credential", credential_, false,
                         "The credential, or - for standard input");
    arguments.option("--digest", digest_, "HEX", "The credential's digest, in its place");
    arguments.choice("--profile", profile_, {"bytes", "jws", "jcs", "jades"},
                     "How the credential is hashed (default: as the proof says)");
    arguments.option("--log-key", log_key_, "VKEY",
                     "The log's public key that you trust: its text, or a file such as log.vkey");
    arguments.option("--trust", trust_file_, "FILE",
                     "Whom you believe: log keys, of each ledger its validators, blocks or nodes, "
                     "and of issuers "
                     "their keys and where their status lists are");
    arguments.option("--require", required_, "CHECKS",
                     "Checks of the credential without which the verdict is unknown: signature, "
                     "validity, status, with commas between them, or none (default: signature of "
                     "what is signed, validity of credentials, status where the trust file has "
                     "status_hosts)");
    arguments.option("--at", at_, "TIME",
                     "The time for which the credential's dates are judged, such as "
                     "2026-01-31T08:05:09Z (default: now)");
    arguments.flag(
        "--require-anchor", require_anchor_,
        "Without an anchor on a ledger (the embedded one counts) the verdict is unknown");
    arguments.option("--max-age", max_age_, "TIME",
                     "How old the proof's status may be, such as 24h or 7d; one is then required");
    arguments.flag("--json", json_, "Print the verdict as JSON");
    arguments.footer(
        "With the credential at hand, it is checked as well: its claims, its signature, its "
        "dates,\n"
        "its status. Any check that fails makes the verdict invalid; one that could not be done "
        "and\n"
        "is required makes it unknown; the others are listed as not-done.\n\n"
        "Needs no network, unless the trust file says whom to ask: nodes of a chain, a DID "
        "registry,\n"
        "hosts of status lists. Exit status: 0 valid, 1 invalid, 3 unknown (something could not "
        "be\n"
        "checked; that says nothing about the credential).");
  }

  ExitStatus run(Terminal& terminal) override {
    if (!credential_.empty() && !digest_.empty()) {
      terminal.error("give the credential or its digest, not both");
      return ExitStatus::usage;
    }
    const auto age = read_age();
    if (!age) {
      terminal.error("--max-age", age.error());
      return ExitStatus::usage;
    }
    if (!profile_.empty() && credential_.empty()) {
      terminal.error("--profile says how a credential is hashed, and there is none");
      return ExitStatus::usage;
    }
    if (!required_.empty() && credential_.empty()) {
      terminal.error("--require asks for checks of a credential, and there is none");
      return ExitStatus::usage;
    }
    const auto proof = read_file(proof_);
    if (!proof) return failed(terminal, proof.error());
    const auto file = read_trust_file();
    if (!file) return failed(terminal, file.error());
    auto trust = read_trust(*file);
    if (!trust) return failed(terminal, trust.error());
    const auto settings = CredentialSettings::create(file->credentials);
    if (!settings) return failed(terminal, settings.error());
    const auto credential_trust = read_credential_trust(*settings);
    if (!credential_trust) return failed(terminal, credential_trust.error());
    trust->status_age = *age;
    // Connects to nobody unless the trust file says whom to ask.
    ChainNodes nodes;
    trust->block_hashes = &nodes;
    // A proof that cannot be decoded is the verifier's to refuse.
    const auto bundle = decode_bundle(as_bytes(*proof));
    const auto claim = read_claim(bundle);
    if (!claim) return failed(terminal, claim.error());
    Verdict verdict = verify_document(as_bytes(*proof), *trust, *claim);
    if (const auto* credential = std::get_if<CredentialClaim>(&*claim)) {
      const std::string anchored_by = bundle ? bundle->batch.issuer : std::string();
      verdict = verify_credential(std::move(verdict), credential->credential, anchored_by,
                                  *credential_trust);
    }
    if (json_) {
      terminal.line(verdict_to_json(verdict));
    } else {
      print(terminal, verdict);
    }
    switch (verdict.outcome) {
      case Outcome::valid:
        return ExitStatus::done;
      case Outcome::invalid:
        return ExitStatus::failed;
      case Outcome::unknown:
        break;
    }
    return ExitStatus::unknown;
  }

 private:
  /// What could not be read says nothing about the credential: never "invalid".
  static ExitStatus failed(Terminal& terminal, const Error& error) {
    terminal.error("nothing was verified", error);
    return ExitStatus::usage;
  }

  Result<std::optional<StatusAge>> read_age() const {
    if (max_age_.empty()) return std::optional<StatusAge>();
    const auto age = config::parse_duration(max_age_);
    if (!age) return age.error();
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::system_clock::now().time_since_epoch());
    return std::optional(StatusAge{static_cast<std::uint64_t>(now.count()),
                                   static_cast<std::uint64_t>(age->count())});
  }

  Result<config::TrustFile> read_trust_file() const {
    if (trust_file_.empty()) return config::TrustFile();
    auto loaded = config::load_trust_file(trust_file_);
    if (loaded.ok()) return std::move(loaded.trust);
    std::string problems = config::describe(loaded.problems, trust_file_);
    problems.pop_back();
    return invalid_argument(std::move(problems));
  }

  Result<CredentialTrust> read_credential_trust(const CredentialSettings& settings) const {
    std::optional<Requirements> required;
    if (!required_.empty()) {
      const auto words = parse_requirements(required_);
      if (!words) return invalid_argument("--require: " + words.error().message);
      required = *words;
    }
    std::uint64_t now_ms = SystemClock().unix_ms();
    if (!at_.empty()) {
      const auto time = crypto::parse_date_time(at_);
      if (!time) return invalid_argument("--at: " + time.error().message);
      if (*time < 0) return invalid_argument("--at: expected a time not before 1970");
      now_ms = static_cast<std::uint64_t>(*time);
    }
    return settings.trust(now_ms, required);
  }

  Result<Trust> read_trust(const config::TrustFile& file) const {
    auto from_file = trust_of(file);
    if (!from_file) return from_file;
    Trust trust = *std::move(from_file);
    trust.require_anchor |= require_anchor_;
    if (log_key_.empty()) return trust;
    std::string text = log_key_;
    std::error_code ignored;
    if (log_key_.find('+') == std::string::npos || std::filesystem::exists(log_key_, ignored)) {
      auto content = read_file(log_key_);
      if (!content) return std::move(content).error();
      text = *std::move(content);
      text.erase(text.find_last_not_of(" \r\n") + 1);
    }
    auto key = crypto::NoteVerifier::from_vkey(text);
    if (!key) return invalid_argument("--log-key: " + key.error().message);
    trust.log_keys.push_back(*std::move(key));
    return trust;
  }

  Result<Claim> read_claim(const Result<Bundle>& bundle) const {
    if (!digest_.empty()) {
      const auto digest = crypto::hash_from_hex(digest_);
      if (!digest) return invalid_argument("--digest: " + digest.error().message);
      return Claim(*digest);
    }
    if (credential_.empty()) return Claim();
    const auto document = read_file(credential_);
    if (!document) return document.error();
    CredentialClaim claim;
    if (!profile_.empty()) {
      const auto profile = crypto::profile_from_name(profile_);
      if (!profile) return profile.error();
      claim.profile = *profile;
    }
    std::string_view text = *document;
    if (claim.profile) {
      text = trimmed_document(*claim.profile, text);
    } else if (bundle) {
      text = trimmed_document(bundle->credential.profile, text);
    }
    claim.credential.assign(text.begin(), text.end());
    return Claim(std::move(claim));
  }

  static std::string painted(const Terminal& terminal, Outcome outcome) {
    const std::string_view name = outcome_name(outcome);
    if (outcome == Outcome::valid) return terminal.good(name);
    return outcome == Outcome::invalid ? terminal.bad(name) : terminal.doubtful(name);
  }

  static void print(Terminal& terminal, const Verdict& verdict) {
    terminal.line(painted(terminal, verdict.outcome));
    for (const Reason& reason : verdict.reasons) {
      terminal.line("  " + reason.message + " (" + std::string(reason_name(reason.code)) + ")");
    }
    Table table;
    for (const Check& check : verdict.checks) {
      table.row({"  " + std::string(check_result_name(check.result)), check.name, check.detail});
    }
    terminal.line("\nchecks");
    std::string text = table.text();
    if (!text.empty()) text.pop_back();
    terminal.line(text);
    if (verdict.trust.empty()) return;
    terminal.line("\non the word of");
    for (const std::string& who : verdict.trust) terminal.line("  " + who);
  }

  std::string proof_;
  std::string credential_;
  std::string digest_;
  std::string profile_;
  std::string log_key_;
  std::string trust_file_;
  std::string required_;
  std::string at_;
  bool require_anchor_ = false;
  std::string max_age_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() {
  return std::make_unique<VerifyCommand>();
}

}  // namespace kedge::node::cli
