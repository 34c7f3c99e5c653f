// SPDX-License-Identifier: Apache-2.0
#include "node/proof/anchor_checks.hpp"

#include <algorithm>

#include "crypto/rfc3339.hpp"
#include "ledger/embedded_record.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/evm_anchor.hpp"

namespace kedge::node {
namespace {

constexpr std::uint64_t kMsPerSecond = 1000;

class AnchorChecks {
 public:
  AnchorChecks(CheckList& list, const crypto::Checkpoint* checkpoint, const Trust& trust)
      : list_(list), checkpoint_(checkpoint), trust_(trust) {}

  void check(const std::string& name, const std::string& anchor);
  AnchorFindings conclude(const std::string& name, bool empty);

 private:
  void check_embedded(const std::string& name, const std::string& anchor);
  void check_evm(const std::string& name, const std::string& anchor);
  void unaccepted(const std::string& name, Reason reason) {
    list_.not_done(name, reason.message);
    unaccepted_.push_back(std::move(reason));
  }

  CheckList& list_;
  const crypto::Checkpoint* checkpoint_;
  const Trust& trust_;
  AnchorFindings findings_;
  /// What stands against the anchors that were not accepted.
  std::vector<Reason> unaccepted_;
};

void AnchorChecks::check(const std::string& name, const std::string& anchor) {
  const Result<std::string> kind = anchor_kind(anchor);
  if (!kind) return list_.note(name, {ReasonCode::anchor_malformed, kind.error().message});
  if (*kind != ledger::kEmbeddedKind && *kind != ledger::evm::kEvmKind) {
    return unaccepted(name,
                      {ReasonCode::anchor_unsupported,
                       "anchors of the kind " + *kind + " cannot be checked by this version"});
  }
  if (checkpoint_ == nullptr) return list_.not_done(name, "there is no checkpoint");
  if (*kind == ledger::evm::kEvmKind) return check_evm(name, anchor);
  check_embedded(name, anchor);
}

void AnchorChecks::check_embedded(const std::string& name, const std::string& anchor) {
  // Also for a ledger that is not accepted: a contradiction is a contradiction.
  if (const Finding finding = check_embedded_anchor(anchor, *checkpoint_)) {
    return list_.note(name, *finding);
  }
  const std::string kind(ledger::kEmbeddedKind);
  if (std::find(trust_.ledgers.begin(), trust_.ledgers.end(), kind) == trust_.ledgers.end()) {
    return unaccepted(
        name, {ReasonCode::anchor_untrusted, "anchors of the kind " + kind + " are not accepted"});
  }
  findings_.accepted.push_back(kind);
  list_.passed(name, "embedded: kept by the node itself, so it proves nothing against the node");
}

void AnchorChecks::check_evm(const std::string& name, const std::string& anchor) {
  const Found<ProvedAnchor> proved = prove_evm_anchor(anchor, *checkpoint_);
  if (!proved.value) return list_.note(name, proved.reason);
  AnchorJudgement judged = judge_evm_anchor(*proved.value, trust_.evm, trust_.block_hashes);
  if (judged.accepted) {
    const std::uint64_t seconds =
        std::min(proved.value->block.anchored_at, crypto::kMaxTimeMs / kMsPerSecond);
    const std::uint64_t time_ms = seconds * kMsPerSecond;
    findings_.confirmed_ms = std::min(findings_.confirmed_ms.value_or(time_ms), time_ms);
    findings_.accepted.push_back(std::string(ledger::evm::kEvmKind));
    findings_.confirmed.push_back(judged.where);
    findings_.ledger_trust.push_back(std::move(judged.trust));
    return list_.passed(name, judged.where);
  }
  list_.passed(name + ".proof", judged.where);
  if (reason_outcome(judged.reason.code) == Outcome::invalid) {
    return list_.note(name, judged.reason);
  }
  unaccepted(name, std::move(judged.reason));
}

AnchorFindings AnchorChecks::conclude(const std::string& name, bool empty) {
  if (empty) list_.not_done(name, "the bundle has none");
  if (!findings_.accepted.empty()) return std::move(findings_);
  if (empty && trust_.require_anchor) {
    list_.add({ReasonCode::anchor_missing, "no anchor, and one is required"});
  }
  for (Reason& reason : unaccepted_) {
    // Checked and not accepted only matters to who requires an anchor. One that could not be
    // checked could say anything.
    if (trust_.require_anchor || reason.code == ReasonCode::anchor_unsupported) {
      list_.add(std::move(reason));
    }
  }
  return std::move(findings_);
}

}  // namespace

AnchorFindings check_anchors(CheckList& list, const std::string& prefix,
                             const std::vector<std::string>& anchors,
                             const crypto::Checkpoint* checkpoint, const Trust& trust) {
  AnchorChecks checks(list, checkpoint, trust);
  for (std::size_t i = 0; i < anchors.size(); ++i) {
    checks.check(prefix + "anchors[" + std::to_string(i) + "]", anchors[i]);
  }
  return checks.conclude(prefix + "anchors", anchors.empty());
}

Reason what_it_rests_on(const AnchorFindings& anchors) {
  if (!anchors.confirmed.empty()) {
    std::string message = "anchored on " + anchors.confirmed.front();
    if (anchors.confirmed.size() > 1) {
      message += " and on " + std::to_string(anchors.confirmed.size() - 1) + " more";
    }
    return {ReasonCode::ledger_confirmed, std::move(message)};
  }
  std::string message = "in the log on the word of its key alone";
  if (!anchors.accepted.empty()) {
    message += "; the embedded ledger is kept by the node itself and proves nothing against it";
  }
  return {ReasonCode::log_key_only, std::move(message)};
}

std::vector<std::string> words_of(const std::string& signer, const AnchorFindings& anchors) {
  std::vector<std::string> words = {"log key " + signer};
  words.insert(words.end(), anchors.ledger_trust.begin(), anchors.ledger_trust.end());
  return words;
}

}  // namespace kedge::node
