// SPDX-License-Identifier: Apache-2.0
#include "node/cli/audit_sources.hpp"

#include <algorithm>

#include "ledger/evm/evm_ledger.hpp"
#include "ledger/evm/quantity.hpp"
#include "node/audit/patient_remote.hpp"
#include "node/cli/files.hpp"
#include "node/proof/trust_settings.hpp"
#include "rpc/endpoint.hpp"

namespace kedge::node::cli {
namespace {

using ledger::evm::AskedNodes;
using ledger::evm::LedgerTrust;

/// A range of many blocks takes a node a while.
constexpr std::chrono::milliseconds kCallTimeout{60'000};

Result<LedgerTrust> choose(const std::vector<LedgerTrust>& ledgers, const std::string& log_id) {
  if (ledgers.empty()) return invalid_argument("names no [[ledger]]");
  if (log_id.empty()) {
    if (ledgers.size() == 1) return ledgers.front();
    return invalid_argument("names several ledgers: say which one by --log-id");
  }
  const auto wanted = ledger::evm::hash_from_data(log_id);
  if (!wanted) return invalid_argument(wanted.error().message, "--log-id");
  const auto found = std::ranges::find(ledgers, *wanted, &LedgerTrust::log_id);
  if (found == ledgers.end()) return invalid_argument("names no ledger with this log_id");
  return *found;
}

}  // namespace

Result<AuditTrust> read_audit_trust(const std::string& file, const std::string& log_id) {
  const auto loaded = config::load_trust_file(file);
  if (!loaded.ok()) {
    std::string problems = config::describe(loaded.problems, file);
    problems.pop_back();
    return invalid_argument(std::move(problems));
  }
  auto trust = trust_of(loaded.trust);
  if (!trust) return invalid_argument(trust.error().message, file);
  AuditTrust out{.trust = *std::move(trust), .ledger = {}, .origin = {}};
  if (out.trust.log_keys.empty()) return invalid_argument("names no log_keys", file);
  out.origin = out.trust.log_keys.front().name();
  for (const crypto::NoteVerifier& key : out.trust.log_keys) {
    if (key.name() != out.origin) {
      return invalid_argument("names keys of several logs: an audit is of one", file);
    }
  }
  auto ledger = choose(out.trust.evm, log_id);
  if (!ledger) return invalid_argument(ledger.error().message, file);
  out.ledger = *std::move(ledger);
  return out;
}

Result<std::unique_ptr<ledger::evm::Nodes>> open_chain_nodes(std::vector<std::string> urls,
                                                             const LedgerTrust& trust,
                                                             std::size_t agree,
                                                             std::chrono::milliseconds patience) {
  if (const auto* asked = std::get_if<AskedNodes>(&trust.blocks); asked && urls.empty()) {
    urls = asked->urls;
    if (agree == 0) agree = asked->agree;
  }
  if (urls.empty()) {
    return invalid_argument("expected nodes of the chain, since the trust file names none",
                            "--ledger");
  }
  if (agree > urls.size()) {
    return invalid_argument("expected at most the number of nodes", "--agree");
  }
  std::vector<std::unique_ptr<rpc::Remote>> remotes;
  for (const std::string& url : urls) {
    rpc::EndpointOptions options;
    options.call_timeout = kCallTimeout;
    options.greeting = ledger::evm::chain_greeting(trust.chain_id);
    auto endpoint = rpc::Endpoint::create(url, std::move(options));
    if (!endpoint) return invalid_argument(endpoint.error().message, "--ledger");
    remotes.push_back(std::make_unique<PatientRemote>(*std::move(endpoint), patience));
  }
  return std::make_unique<ledger::evm::Nodes>(std::move(remotes), agree);
}

Result<HeldBundle> read_held_bundle(const std::string& file, const Trust& trust) {
  const auto text = read_file(file);
  if (!text) return text.error();
  const auto bundle = decode_bundle(as_bytes(*text));
  if (!bundle) {
    return invalid_argument("is no proof bundle: " + bundle.error().message, file);
  }
  HeldBundle held{.checkpoint = {"bundle " + file, bundle->log.checkpoint}, .fault = {}};
  const Verdict verdict = verify(*bundle, trust, Claim());
  // Whose signature it is, the audit says itself.
  if (verdict.outcome == Outcome::invalid &&
      verdict.reasons.front().code != ReasonCode::checkpoint_signature) {
    held.fault = HistoryFault{HistoryFaultKind::bundle, held.checkpoint.name,
                              "proves nothing: " + verdict.reasons.front().message};
  }
  return held;
}

}  // namespace kedge::node::cli
