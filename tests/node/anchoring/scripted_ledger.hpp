// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "ledger/ledger.hpp"

namespace kedge::test {

/// A ledger with blocks, in memory: what is sent waits in a pool until the test mines it, is final
/// only when the test says so, and may be lost or thrown out again. One thread.
class ScriptedLedger final : public ledger::Ledger {
 public:
  explicit ScriptedLedger(std::string name) : name_(std::move(name)) {}

  /// Puts everything that is in the pool into a block.
  void mine() {
    mined_.insert(mined_.end(), pool_.begin(), pool_.end());
    pool_.clear();
  }
  void finalise() { final_count_ = mined_.size(); }
  /// Throws out what is not final; it is in no pool any more either.
  void reorganise() { mined_.resize(final_count_); }
  void lose_pool() { pool_.clear(); }
  /// The attempts made so far can never be mined.
  void spoil() { spoilt_ = prepared_; }
  void set_head(std::optional<ledger::LedgerHead> head) { head_ = head; }

  [[nodiscard]] std::size_t mined() const { return mined_.size(); }
  [[nodiscard]] std::uint64_t prepared() const { return prepared_; }
  [[nodiscard]] std::uint64_t sends() const { return sends_; }

  /// What it was told last.
  [[nodiscard]] const std::string& trace() const { return trace_; }

  [[nodiscard]] const std::string& name() const override { return name_; }
  void set_trace(const std::string& traceparent) override { trace_ = traceparent; }
  [[nodiscard]] std::string_view kind() const override { return "scripted"; }
  [[nodiscard]] ledger::Capabilities capabilities() const override { return {}; }

  Result<ledger::Attempt> prepare(const ledger::AnchorIntent& intent,
                                  std::span<const ledger::Attempt> /*earlier*/) override {
    const std::string reference = std::to_string(intent.epoch) + "/" + std::to_string(++prepared_);
    return ledger::Attempt{.payload = Bytes(reference.begin(), reference.end()),
                           .reference = reference};
  }
  Status send(const ledger::Attempt& attempt) override {
    ++sends_;
    const auto is_known = [&](const std::vector<std::string>& place) {
      return std::find(place.begin(), place.end(), attempt.reference) != place.end();
    };
    if (!is_known(pool_) && !is_known(mined_)) pool_.push_back(attempt.reference);
    return {};
  }
  Result<ledger::AnchorProgress> poll(const ledger::AnchorIntent& intent,
                                      std::span<const ledger::Attempt> attempts) override {
    ledger::AnchorProgress progress;
    for (const ledger::Attempt& attempt : attempts) {
      const auto mined = std::find(mined_.begin(), mined_.end(), attempt.reference);
      if (mined != mined_.end()) {
        const bool is_final = static_cast<std::size_t>(mined - mined_.begin()) < final_count_;
        progress.phase = is_final ? ledger::AnchorPhase::final : ledger::AnchorPhase::mined;
        progress.record = "{\"epoch\":" + std::to_string(intent.epoch) + "}";
        return progress;
      }
      const bool is_waiting =
          std::find(pool_.begin(), pool_.end(), attempt.reference) != pool_.end();
      if (is_waiting) progress.phase = ledger::AnchorPhase::pending;
    }
    const std::string& newest = attempts.back().reference;
    progress.replace = std::stoull(newest.substr(newest.find('/') + 1)) <= spoilt_;
    return progress;
  }
  Result<std::optional<ledger::LedgerHead>> head() override { return head_; }
  Status replay(std::uint64_t,
                const std::function<Status(const ledger::ReplayedAnchor&)>&) override {
    return {};
  }

 private:
  std::string name_;
  std::string trace_;
  std::vector<std::string> pool_;
  std::vector<std::string> mined_;
  std::size_t final_count_ = 0;
  std::uint64_t prepared_ = 0;
  std::uint64_t spoilt_ = 0;
  std::uint64_t sends_ = 0;
  std::optional<ledger::LedgerHead> head_;
};

}  // namespace kedge::test
