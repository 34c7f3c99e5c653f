// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>

#include "ledger/ledger.hpp"
#include "node/anchoring/clock.hpp"
#include "node/anchoring/outbox.hpp"
#include "node/anchoring/progress.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

struct AnchorerOptions {
  /// Time between two looks at an anchor that is not final. After a hint of the ledger it is less,
  /// but never less than a tenth of it.
  std::chrono::milliseconds poll_interval{500};
  /// After an error: from the first doubling to the last, each with jitter (half to whole).
  std::chrono::milliseconds backoff_first{250};
  std::chrono::milliseconds backoff_last{30'000};
};

/// Called on the anchorer's thread; must be quick.
struct AnchorerEvents {
  /// The ledger has been compared with the log: sealing may begin.
  std::function<void(LedgerStanding)> checked;
  /// The ledger contradicts the log: nothing will be anchored, and nothing may be signed.
  std::function<void(const Error&)> refused;
  /// An anchor's new state is durable and Progress knows it.
  std::function<void(const AnchorRow&)> changed;
  /// A new attempt has been made, or one of before the start is taken up: in this trace (W3C Trace
  /// Context), which the ledger's servers are told. May be empty.
  std::function<void(const std::string& traceparent)> attempting = {};
  /// The ledger needs an operator, who is told what for; once for each reason.
  std::function<void(const Error&)> halted;
  /// Once, when the store has failed: the node has to be started again.
  std::function<void(const Error&)> failed;
};

struct AnchorerStatus {
  /// nullopt until the ledger has been compared with the log.
  std::optional<LedgerStanding> standing;
  /// Set if the ledger contradicts the log or the store has failed: this anchorer has stopped.
  std::optional<Error> fault;
  /// The newest failure of the ledger, for a person; empty while it answers.
  std::string trouble;
  /// The trouble does not pass by itself: nothing is sent until an operator has helped.
  bool halted = false;
  /// How far the anchor in flight is from being final; nullopt while it is in no block.
  std::optional<ledger::Confirmations> confirmations;
  OutboxCounts counts;
};

/// One thread that brings checkpoints to one ledger. Thread-safe.
class Anchorer {
 public:
  /// All must outlive it.
  Anchorer(Store& store, ledger::Ledger& ledger, const Clock& clock, Progress& progress,
           AnchorerOptions options, AnchorerEvents events);
  Anchorer(const Anchorer&) = delete;
  Anchorer& operator=(const Anchorer&) = delete;
  /// Stops.
  ~Anchorer();

  /// Call once. First compares the ledger with the log, and tries again until the ledger answers.
  void start();
  /// There is a new checkpoint.
  void wake();
  /// The ledger may show something new: an anchor that is not final is looked at sooner.
  void hint();
  [[nodiscard]] AnchorerStatus status() const;
  /// Ends after the step that is being taken. Idempotent; not to be called from an event.
  void stop();

 private:
  void run();
  /// False if there is nothing more to do: stopping, or given up.
  bool check();
  bool work();
  void give_up(const Error& error, const std::function<void(const Error&)>& event);
  void note_trouble(const Error& error);
  void note_success();
  void note_step();
  Status tell(const AnchorRow& anchor);
  std::chrono::milliseconds next_backoff();
  /// Until `time` has passed, `wakeable` is set, or `stop`. False once stopping.
  bool pause(std::chrono::milliseconds time, const bool* wakeable = nullptr);

  Store& store_;
  ledger::Ledger& ledger_;
  const Clock& clock_;
  Progress& progress_;
  const AnchorerOptions options_;
  const AnchorerEvents events_;
  Outbox outbox_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool woken_ = false;
  bool hinted_ = false;
  AnchorerStatus status_;

  /// Of the anchorer's thread alone.
  std::string trace_;
  std::chrono::milliseconds backoff_;
  std::minstd_rand jitter_;
  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
