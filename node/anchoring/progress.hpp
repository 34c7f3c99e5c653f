// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "node/anchoring/clock.hpp"
#include "node/proof/credential_state.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// Asks to be told when an issuer's credentials up to a position have come so far.
struct Wait {
  IssuerId issuer = 0;
  /// The highest position of interest; all before it have then come as far.
  std::uint64_t position = 0;
  CredentialState wanted = CredentialState::sealed;
  Clock::Monotonic deadline;
  /// Called once, on the progress thread, without locks: `true` when the state is reached, `false`
  /// at the deadline; unavailable when the node stops.
  std::function<void(Result<bool> reached)> callback;
};

struct ProgressOptions {
  std::size_t max_waits = 100'000;
};

/// Knows how far every credential has come, and wakes those who wait for it: one watermark an
/// issuer and state, because everything before a position is at least as far. All functions are
/// thread-safe. Waiting holds no thread but the one of this object.
class Progress {
 public:
  /// Reads where everything stands. Failures of the store are passed on.
  static Result<std::unique_ptr<Progress>> open(const Store& store, const Clock& clock,
                                                ProgressOptions options);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Stops.
  ~Progress();

  [[nodiscard]] CredentialState state(IssuerId issuer, std::uint64_t position) const;
  /// The same for many, under one lock.
  [[nodiscard]] std::vector<CredentialState> states(IssuerId issuer,
                                                    std::span<const std::uint64_t> positions) const;

  /// too_busy beyond `max_waits`, unavailable after stop(); the callback is then not called.
  Status wait(Wait wait);
  [[nodiscard]] std::size_t waits() const;

  /// Tells of a seal: credential counts of the issuers that it has changed.
  void sealed(std::span<const IssuerRow> issuers);
  /// Tells of a new state of an anchor, also of one that has fallen back to `intended`. Reads the
  /// store; its failures are passed on.
  Status anchored(const AnchorRow& anchor);

  /// SHA-256 of the record of the newest final anchor on any ledger, zeros before the first: the
  /// `anchor_ref` of the next epoch entry (node/log/entry.hpp).
  [[nodiscard]] Hash anchor_ref() const;

  /// Answers all who wait with unavailable. Idempotent.
  void stop();

 private:
  /// First position that has not come so far, by state; `accepted` is not kept.
  struct Marks {
    std::uint64_t sealed = 0;
    std::uint64_t anchored = 0;
    std::uint64_t final = 0;
  };
  /// Log sizes that are covered by a ledger's anchors.
  struct LedgerMarks {
    std::uint64_t mined_size = 0;
    std::uint64_t final_size = 0;
  };
  /// Numbers the waits.
  using WaitId = std::uint64_t;

  Progress(const Store& store, const Clock& clock, ProgressOptions options);

  Status load();
  Status refresh_marks();
  [[nodiscard]] CredentialState state_locked(IssuerId issuer, std::uint64_t position) const;
  [[nodiscard]] std::uint64_t mark_locked(IssuerId issuer, CredentialState state) const;
  void note_ref_locked(const AnchorRow& anchor);
  Wait take_locked(WaitId id);
  std::vector<Wait> take_reached_locked();
  std::vector<Wait> take_expired_locked();
  void run();

  const Store& store_;
  const Clock& clock_;
  const ProgressOptions options_;

  /// Serialises `anchored`, which reads the store between two looks at the marks.
  std::mutex anchor_mutex_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::vector<Marks> marks_;
  std::map<std::string, LedgerMarks, std::less<>> ledgers_;
  /// The epoch of the anchor that `anchor_ref_` names.
  std::optional<std::uint64_t> ref_epoch_;
  Hash anchor_ref_{};

  WaitId next_wait_ = 0;
  std::map<WaitId, Wait> waits_;
  std::set<std::tuple<CredentialState, IssuerId, std::uint64_t, WaitId>> by_position_;
  std::set<std::pair<Clock::Monotonic, WaitId>> by_deadline_;

  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
