// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_verifier.hpp"

#include <algorithm>

#include "crypto/rfc3339.hpp"
#include "node/proof/status_checks.hpp"

namespace kedge::node {
namespace {

std::string time_text(std::uint64_t time_ms) {
  if (time_ms > crypto::kMaxTimeMs) return "after the year 9999";
  return crypto::format_rfc3339(time_ms);
}

/// `90 s`, `5 min`, `3 h`, `12 d`: what a person needs to see that something is too old.
std::string age_text(std::uint64_t ms) {
  const std::uint64_t seconds = ms / 1000;
  constexpr std::uint64_t kMinute = 60;
  constexpr std::uint64_t kHour = 60 * kMinute;
  constexpr std::uint64_t kDay = 24 * kHour;
  if (seconds < 2 * kMinute) return std::to_string(seconds) + " s";
  if (seconds < 2 * kHour) return std::to_string(seconds / kMinute) + " min";
  if (seconds < 2 * kDay) return std::to_string(seconds / kHour) + " h";
  return std::to_string(seconds / kDay) + " d";
}

class StatusChecks {
 public:
  StatusChecks(CheckList& list, const StatusProof& proof, const Trust& trust, const CheckedLog* log)
      : list_(list), proof_(proof), trust_(trust), log_(log), reasons_(list.reason_count()) {}

  std::optional<StatusStanding> run(const StatusSubject& subject) {
    check_subject(subject);
    list_.take("status.value", check_status_value(proof_.target, proof_.value, proof_.list),
               std::string(status_name(proof_.value)));
    list_.take("status.list", check_status_record(proof_.list, proof_.directory.record.status_root),
               proof_.list ? "list " + std::to_string(proof_.list->record.list)
                           : "nothing was ever changed");
    check_epoch();
    check_anchors_of_checkpoint();
    return conclude();
  }

 private:
  void check_subject(const StatusSubject& subject);
  void check_epoch();
  void check_checkpoint();
  void check_anchors_of_checkpoint();
  void check_same_log();
  [[nodiscard]] bool same_checkpoint() const {
    return log_ != nullptr && log_->note == proof_.epoch.checkpoint;
  }
  [[nodiscard]] bool same_anchors() const {
    return same_checkpoint() && log_->anchors == proof_.epoch.anchors;
  }
  [[nodiscard]] bool believed() const;
  [[nodiscard]] std::uint64_t as_of_ms() const;
  Finding check_age() const;
  std::optional<StatusStanding> conclude();

  CheckList& list_;
  const StatusProof& proof_;
  const Trust& trust_;
  const CheckedLog* log_;
  /// Against the bundle, before anything was found against its status.
  const std::size_t reasons_;
  std::optional<EpochEntry> entry_;
  std::optional<crypto::Checkpoint> checkpoint_;
  std::string signer_;
  AnchorFindings anchors_;
};

void StatusChecks::check_subject(const StatusSubject& subject) {
  if (proof_.directory.record.issuer_hash != subject.issuer_hash) {
    return list_.note("status.subject",
                      {ReasonCode::status_mismatch, "the status is of another issuer's list"});
  }
  if (proof_.target != subject.target) {
    return list_.note("status.subject",
                      {ReasonCode::status_mismatch, "the status is of another credential"});
  }
  list_.passed("status.subject", "list " + std::to_string(subject.target.list) + ", index " +
                                     std::to_string(subject.target.index));
}

void StatusChecks::check_epoch() {
  const Found<EpochEntry> entry = find_epoch_entry(proof_.epoch);
  if (!entry.value) {
    list_.note("status.epoch", entry.reason);
    list_.not_done("status.directory", "there is no epoch entry");
  } else {
    entry_ = *entry.value;
    list_.passed("status.epoch",
                 "epoch " + std::to_string(entry_->epoch) + ", " + time_text(entry_->time_ms));
    list_.take("status.directory", check_status_directory(proof_.directory, *entry_),
               "issuer " + std::to_string(proof_.directory.index) + " of " +
                   std::to_string(entry_->issuer_count));
  }
  check_checkpoint();
}

void StatusChecks::check_checkpoint() {
  Found<crypto::Checkpoint> found = find_checkpoint(proof_.epoch.checkpoint);
  if (!found.value) return list_.note("status.checkpoint", found.reason);
  checkpoint_ = std::move(found.value);
  list_.take(
      "status.log-path", check_epoch_path(proof_.epoch, *checkpoint_),
      "entry " + std::to_string(proof_.epoch.index) + " of " + std::to_string(checkpoint_->size));
  if (same_checkpoint()) {
    return list_.passed("status.checkpoint", "the one of the bundle");
  }
  check_same_log();
  const Finding signature =
      check_signature(proof_.epoch.checkpoint, *checkpoint_, trust_.log_keys, signer_);
  list_.take("status.checkpoint-signature", signature, "signed by " + signer_);
}

void StatusChecks::check_same_log() {
  const std::string size = std::to_string(checkpoint_->size);
  if (log_ == nullptr || log_->checkpoint == nullptr) {
    return list_.passed("status.checkpoint", checkpoint_->origin + " at " + size + " entries");
  }
  if (checkpoint_->origin != log_->checkpoint->origin) {
    return list_.note("status.checkpoint",
                      {ReasonCode::status_mismatch, "the status is of another log"});
  }
  if (checkpoint_->size == log_->checkpoint->size) {
    // Two notes of one root may differ in their signatures, two roots of one size may not be.
    const bool fork = checkpoint_->root != log_->checkpoint->root;
    if (fork) {
      return list_.note("status.checkpoint",
                        {ReasonCode::status_mismatch,
                         "the log was shown in two ways: two roots at " + size + " entries"});
    }
  }
  list_.passed("status.checkpoint", checkpoint_->origin + " at " + size + " entries");
}

void StatusChecks::check_anchors_of_checkpoint() {
  if (same_anchors()) {
    anchors_ = log_->findings;
    return list_.passed("status.anchors", "those of the bundle");
  }
  anchors_ = check_anchors(list_, "status.", proof_.epoch.anchors,
                           checkpoint_ ? &*checkpoint_ : nullptr, trust_);
}

bool StatusChecks::believed() const {
  if (same_checkpoint() && !log_->signature_believed) return false;
  if (same_anchors() && !log_->anchors_believed) return false;
  return list_.reason_count() == reasons_;
}

std::uint64_t StatusChecks::as_of_ms() const {
  // A later checkpoint's block says nothing of how long the epoch has been the newest one.
  const bool own_checkpoint = proof_.epoch.index + 1 == checkpoint_->size;
  return own_checkpoint && anchors_.confirmed_ms ? *anchors_.confirmed_ms : entry_->time_ms;
}

Finding StatusChecks::check_age() const {
  if (proof_.target.list == kRegister &&
      proof_.target.index >= proof_.directory.record.credential_count) {
    return Reason{ReasonCode::status_stale,
                  "the status is of an epoch before that of the credential"};
  }
  if (!trust_.status_age) return std::nullopt;
  const StatusAge& wanted = *trust_.status_age;
  const std::uint64_t then = as_of_ms();
  if (then >= wanted.now_ms || wanted.now_ms - then <= wanted.max_age_ms) return std::nullopt;
  return Reason{ReasonCode::status_stale, "the status is of " + time_text(then) + ", " +
                                              age_text(wanted.now_ms - then) +
                                              " ago; accepted are " + age_text(wanted.max_age_ms)};
}

std::optional<StatusStanding> StatusChecks::conclude() {
  if (!believed()) {
    list_.not_done("status", "it does not follow from anything that is believed");
    return std::nullopt;
  }
  const std::string as_of =
      "as of epoch " + std::to_string(entry_->epoch) + ", " + time_text(as_of_ms());
  if (proof_.value == StatusValue::revoked) {
    // For ever, so that it does not matter how old the news is.
    list_.note("status", {ReasonCode::revoked, "revoked " + as_of});
    return std::nullopt;
  }
  if (const Finding stale = check_age()) {
    list_.note("status", *stale);
    return std::nullopt;
  }
  if (proof_.value == StatusValue::suspended) {
    list_.note("status", {ReasonCode::suspended, "suspended " + as_of});
    return std::nullopt;
  }
  list_.passed("status", "valid " + as_of);
  return StatusStanding{as_of, std::move(signer_), std::move(anchors_)};
}

}  // namespace

std::optional<StatusStanding> check_status(CheckList& list, const StatusProof& proof,
                                           const StatusSubject& subject, const Trust& trust,
                                           const CheckedLog* log) {
  return StatusChecks(list, proof, trust, log).run(subject);
}

Verdict verify_status(const StatusProof& proof, const StatusSubject& subject, const Trust& trust) {
  CheckList list;
  const auto standing = check_status(list, proof, subject, trust, nullptr);
  if (!standing) return conclude_verdict(std::move(list), {}, {});
  return conclude_verdict(std::move(list), what_it_rests_on(standing->anchors),
                          words_of(standing->signer, standing->anchors));
}

}  // namespace kedge::node
