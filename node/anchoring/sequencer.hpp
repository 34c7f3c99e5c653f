// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>

#include "node/anchoring/acceptance.hpp"
#include "node/anchoring/clock.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/anchoring/progress.hpp"
#include "node/anchoring/submission.hpp"
#include "node/status/allocation.hpp"
#include "node/status/status_calls.hpp"

namespace kedge::node {

struct SequencerOptions {
  LogWriterOptions log = {};
  /// At the latest so long after a credential or a status change was accepted, it is sealed.
  std::chrono::milliseconds seal_interval{1'000};
  /// So many credentials, or status changes, that are not sealed are sealed at once, however long
  /// the interval: acceptance waits for a seal, and a seal takes longer the more there is.
  std::uint64_t seal_at = 2'097'152;
  std::uint64_t seal_at_changes = 262'144;
  /// Bounds of the queue; beyond them a call is answered too_busy at once. Items are credentials,
  /// status targets and indexes of lists.
  std::size_t queue_items = 1'000'000;
  std::size_t queue_bytes = 64 * 1024 * 1024;
  /// Items that one group commit takes at most, but for its last call. More would not be committed
  /// faster, and would wait for each other longer.
  std::size_t group_items = 32'768;
  /// Credentials accepted and not sealed, beyond which submit answers too_busy: sealing is held up.
  std::uint64_t max_unsealed = 16'777'216;
  /// Status changes accepted and not sealed, beyond which set_status answers too_busy; each takes
  /// 32 octets of memory until it is sealed.
  std::uint64_t max_unsealed_changes = 4'194'304;
  /// Under whose name the heads of the record are; used with SequencerEvents::record_head alone.
  std::string record_issuer = {};
  /// Entries of a published list that is opened from now on: kMinListSize to
  /// SlotPermutation::kMaxSize.
  std::uint64_t list_size = kMinListSize;
};

/// Called on the sequencer thread; must be quick and must not call back into the sequencer but for
/// its calls with a callback.
struct SequencerEvents {
  /// After a checkpoint has become durable.
  std::function<void(const CheckpointRow&)> sealed;
  /// Once, when nothing can be written any more: the node has to be started again.
  std::function<void(const Error&)> failed;
  /// Asked before each epoch: brings the record of what was done so far to stable storage and
  /// answers the hash of its newest line, which becomes a credential of the record's issuer in that
  /// epoch. Without an answer nothing is sealed. May be empty.
  std::function<Result<Hash>()> record_head = {};
  /// How long a group commit took until it was on stable storage, and how long the making of an
  /// epoch did. Either may be empty.
  std::function<void(std::chrono::nanoseconds)> committed = {};
  std::function<void(std::chrono::nanoseconds)> sealing_took = {};
};

struct SequencerStatus {
  /// Takes submissions.
  bool accepting = false;
  /// Set once writing has failed for good.
  std::optional<Error> fault;
  /// Why sealing is held up, for a person; empty while it is not. Acceptance goes on.
  std::string seal_blocked;
  std::size_t queued_items = 0;
  std::size_t queued_bytes = 0;
  std::uint64_t unsealed = 0;
  std::uint64_t unsealed_changes = 0;
  std::uint64_t accepted_total = 0;
  std::uint64_t duplicate_total = 0;
  std::uint64_t changed_total = 0;
  std::uint64_t allocated_total = 0;
  std::uint64_t group_total = 0;
  std::uint64_t seal_total = 0;
};

/// The one thread that writes the log: takes what is queued, commits it with one synced write,
/// answers, and seals. Callbacks run on that thread. All public functions are thread-safe.
class Sequencer {
 public:
  /// `store`, `clock` and `progress` must outlive it. Recovers through LogWriter::open.
  static Result<std::unique_ptr<Sequencer>> open(Store& store, crypto::NoteSigner signer,
                                                 const Clock& clock, Progress& progress,
                                                 SequencerOptions options, SequencerEvents events);
  Sequencer(const Sequencer&) = delete;
  Sequencer& operator=(const Sequencer&) = delete;
  /// Stops.
  ~Sequencer();

  /// Begins a new log, unless sealing is held, and starts the thread. Call once. A failure to sign
  /// or to write is passed on and leaves the thread not started.
  Status start();

  /// Queues a call. The callback is called exactly once: on the sequencer thread when the items are
  /// on stable storage, or on the calling thread before submit returns. Idempotent for ever by
  /// (issuer, digest). Errors: invalid_argument for a number of items out of bounds, not_found
  /// (field `issuer`) for an unknown issuer, too_busy at a bound, unavailable while stopping or
  /// after a fault: the items may be stored, and may be sent again.
  void submit(SubmitRequest request, SubmitCallback callback);

  /// Queues a call that sets statuses; it sees every call queued before it. The callback is called
  /// as that of submit, when the changes are on stable storage. Idempotent: what has the value
  /// already is left alone. Errors: invalid_argument for a number of targets out of bounds or an
  /// actor that is too long; not_found (field `issuer`, or `targets[i]` for a digest that the
  /// issuer has not submitted); those of StatusAcceptance::add_call; too_busy and unavailable as
  /// submit.
  void set_status(SetStatusRequest request, SetStatusCallback callback);

  /// Queues a call for indexes of published lists. Idempotent for ever by (issuer, request_key).
  /// Errors: invalid_argument for a field out of bounds, and for a request_key that was used for
  /// another call; not_found (field `issuer`); too_busy and unavailable as submit.
  void allocate_status(AllocateStatusRequest request, AllocateStatusCallback callback);

  /// Seals everything queued before this call, without waiting for the interval. unavailable while
  /// sealing is held or the clock has gone back.
  void seal(SealCallback callback);

  /// Makes an issuer, or finds the one of that name.
  void add_issuer(std::string name, IssuerCallback callback);

  /// Forbids signing until everybody who holds has released; acceptance goes on. `holder` is a key,
  /// `reason` for a person. A second hold of the same holder replaces the reason.
  void hold_sealing(std::string holder, std::string reason);
  void release_sealing(std::string_view holder);

  [[nodiscard]] SequencerStatus status() const;

  /// Commits and answers what is queued, answers unavailable to whatever comes later, ends the
  /// thread. Does not seal. Idempotent; not to be called from a callback.
  void stop();

 private:
  struct SubmitJob {
    SubmitRequest request;
    SubmitCallback callback;
  };
  struct StatusJob {
    SetStatusRequest request;
    SetStatusCallback callback;
  };
  struct AllocateJob {
    AllocateStatusRequest request;
    AllocateStatusCallback callback;
  };
  struct SealJob {
    SealCallback callback;
  };
  struct IssuerJob {
    std::string name;
    IssuerCallback callback;
  };
  using Job = std::variant<SubmitJob, StatusJob, AllocateJob, SealJob, IssuerJob>;

  /// What a job takes of the bounds.
  struct Load {
    std::size_t items = 0;
    std::size_t bytes = kJobBytes;
    std::uint64_t credentials = 0;
    std::uint64_t changes = 0;
  };
  /// Jobs that are committed together, of each kind in order of arrival. Credentials are committed
  /// first, statuses last: whoever sets one sees what was queued before.
  struct Group {
    std::vector<SubmitJob*> submits;
    std::vector<AllocateJob*> allocations;
    std::vector<StatusJob*> statuses;
  };

  Sequencer(std::unique_ptr<LogWriter> log, const Store& store, const Clock& clock,
            Progress& progress, SequencerOptions options, SequencerEvents events);

  /// What a queued call takes besides its items.
  static constexpr std::size_t kJobBytes = 256;
  static Load load_of(const SubmitJob& job);
  static Load load_of(const StatusJob& job);
  static Load load_of(const AllocateJob& job);
  static Load load_of(const SealJob&) { return {}; }
  static Load load_of(const IssuerJob&) { return {}; }
  static Error fault_answer();

  [[nodiscard]] std::optional<Error> refusal_locked(const Load& load) const;
  template <class Kind>
  void enqueue(Kind kind);
  [[nodiscard]] std::string seal_blocked_locked() const;

  void run();
  std::vector<Job> take_group_locked();
  void process(std::vector<Job>& jobs);
  void commit(Group& group);
  void commit(std::span<SubmitJob* const> calls);
  void commit(std::span<AllocateJob* const> calls);
  void commit(std::span<StatusJob* const> calls);
  /// The calls of each issuer; answers those of issuers that are not there.
  template <class Kind>
  std::map<IssuerId, std::vector<Kind*>> by_issuer(std::span<Kind* const> calls);
  /// Runs a write of the log, and tells how long it took.
  template <class Write>
  auto timed(const std::function<void(std::chrono::nanoseconds)>& told, Write write) {
    const Clock::Monotonic begun = clock_.monotonic();
    auto done = write();
    if (told) told(clock_.monotonic() - begun);
    return done;
  }
  /// Refused because of a bound: answers all calls. Anything else: the end.
  template <class Kind>
  void refuse(std::span<Kind* const> calls, const Error& error);
  void answer(SubmitJob& call, std::vector<SubmittedItem> items, IssuerId issuer);
  /// Before something is accepted: if there is nothing to seal yet, there will be from now on.
  void expect_seal();
  void serve(SealJob& job);
  void serve(IssuerJob& job);

  Result<SealResult> seal_now();
  /// Brings the next seal forward if there is as much to seal as may wait for one.
  void look_early();
  /// Makes the record's head a credential of the epoch that is about to be sealed.
  Status bind_record();
  void publish(const SealedEpoch& epoch);
  void note_fault(const Error& error);

  const std::unique_ptr<LogWriter> log_;
  const Store& store_;
  const Clock& clock_;
  Progress& progress_;
  const SequencerOptions options_;
  const SequencerEvents events_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Job> queue_;
  std::map<std::string, std::string, std::less<>> holds_;
  std::string clock_blocked_;
  SequencerStatus status_;
  bool stopping_ = false;

  /// Of the sequencer thread alone: when it looks next whether there is something to seal, and
  /// whether it has given up.
  Clock::Monotonic next_look_;
  /// Until then sealing has been refused, also if there is much to seal.
  Clock::Monotonic next_early_;
  bool faulted_ = false;
  /// The head of the record that was bound last.
  std::optional<Hash> bound_head_;

  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace kedge::node
