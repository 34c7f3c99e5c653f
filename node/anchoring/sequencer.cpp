// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/sequencer.hpp"

#include <algorithm>
#include <utility>

namespace kedge::node {
namespace {

Error stopped() {
  return {Errc::unavailable, "the node is shutting down; send the call again, it is idempotent"};
}

}  // namespace

Sequencer::Sequencer(std::unique_ptr<LogWriter> log, const Store& store, const Clock& clock,
                     Progress& progress, SequencerOptions options, SequencerEvents events)
    : log_(std::move(log)),
      store_(store),
      clock_(clock),
      progress_(progress),
      options_(options),
      events_(std::move(events)) {
  status_.unsealed = log_->unsealed();
  status_.unsealed_changes = log_->unsealed_changes();
}

Result<std::unique_ptr<Sequencer>> Sequencer::open(Store& store, crypto::NoteSigner signer,
                                                   const Clock& clock, Progress& progress,
                                                   SequencerOptions options,
                                                   SequencerEvents events) {
  Result<std::unique_ptr<LogWriter>> log = LogWriter::open(store, std::move(signer), options.log);
  if (!log) return std::move(log).error();
  return std::unique_ptr<Sequencer>(
      new Sequencer(*std::move(log), store, clock, progress, options, std::move(events)));
}

Sequencer::~Sequencer() {
  stop();
}

Sequencer::Load Sequencer::load_of(const SubmitJob& job) {
  const std::size_t count = job.request.items.size();
  return {.items = count,
          .bytes = kJobBytes + job.request.issuer.size() + count * sizeof(SubmitItem),
          .credentials = count};
}

Sequencer::Load Sequencer::load_of(const StatusJob& job) {
  const SetStatusRequest& request = job.request;
  const std::size_t count = request.targets.size();
  return {.items = count,
          .bytes = kJobBytes + request.issuer.size() + request.actor.size() +
                   count * sizeof(SetStatusTarget),
          .changes = count};
}

Sequencer::Load Sequencer::load_of(const AllocateJob& job) {
  const AllocateStatusRequest& request = job.request;
  return {.items = request.count,
          .bytes = kJobBytes + request.issuer.size() + request.request_key.size()};
}

Error Sequencer::fault_answer() {
  return {Errc::unavailable,
          "the node cannot write until it is started again; whether these items were stored is "
          "not known, so send them again then: it is idempotent"};
}

Status Sequencer::start() {
  bool held = false;
  {
    const std::lock_guard lock(mutex_);
    held = !holds_.empty();
  }
  if (!held) {
    Result<std::optional<SealedEpoch>> begun = log_->begin(clock_.unix_ms());
    if (!begun) return std::move(begun).error();
    if (*begun) publish(**begun);
  }
  next_early_ = clock_.monotonic();
  next_look_ = next_early_ + options_.seal_interval;
  const std::lock_guard lock(mutex_);
  status_.accepting = true;
  status_.unsealed = log_->unsealed();
  status_.unsealed_changes = log_->unsealed_changes();
  thread_ = std::thread([this] { run(); });
  return {};
}

std::optional<Error> Sequencer::refusal_locked(const Load& load) const {
  if (status_.fault) return fault_answer();
  if (!status_.accepting) return stopped();
  if (status_.queued_items + load.items > options_.queue_items ||
      status_.queued_bytes + load.bytes > options_.queue_bytes) {
    return Error{Errc::too_busy, "the queue is full"};
  }
  if (load.credentials > 0 &&
      status_.unsealed + status_.queued_items + load.credentials > options_.max_unsealed) {
    return Error{Errc::too_busy, "too many credentials wait to be sealed"};
  }
  if (load.changes > 0 && status_.unsealed_changes + status_.queued_items + load.changes >
                              options_.max_unsealed_changes) {
    return Error{Errc::too_busy, "too many status changes wait to be sealed"};
  }
  return std::nullopt;
}

template <class Kind>
void Sequencer::enqueue(Kind kind) {
  const Load load = load_of(kind);
  std::optional<Error> refusal;
  {
    const std::lock_guard lock(mutex_);
    refusal = refusal_locked(load);
    if (!refusal) {
      queue_.emplace_back(std::move(kind));
      status_.queued_items += load.items;
      status_.queued_bytes += load.bytes;
      // The thread waits only while the queue is empty.
      if (queue_.size() == 1) changed_.notify_one();
    }
  }
  if (refusal) kind.callback(*std::move(refusal));
}

void Sequencer::submit(SubmitRequest request, SubmitCallback callback) {
  const std::size_t items = request.items.size();
  const std::size_t bound = std::min<std::size_t>(kMaxSubmitItems, options_.log.batch_max_size);
  if (items == 0 || items > bound) {
    callback(invalid_argument("expected 1 to " + std::to_string(bound) + " items", "items"));
    return;
  }
  enqueue(SubmitJob{std::move(request), std::move(callback)});
}

void Sequencer::set_status(SetStatusRequest request, SetStatusCallback callback) {
  if (Status checked = check_request(request); !checked) return callback(checked.error());
  enqueue(StatusJob{std::move(request), std::move(callback)});
}

void Sequencer::allocate_status(AllocateStatusRequest request, AllocateStatusCallback callback) {
  if (Status checked = check_request(request); !checked) return callback(checked.error());
  enqueue(AllocateJob{std::move(request), std::move(callback)});
}

void Sequencer::seal(SealCallback callback) {
  enqueue(SealJob{std::move(callback)});
}

void Sequencer::add_issuer(std::string name, IssuerCallback callback) {
  enqueue(IssuerJob{std::move(name), std::move(callback)});
}

void Sequencer::hold_sealing(std::string holder, std::string reason) {
  const std::lock_guard lock(mutex_);
  holds_[std::move(holder)] = std::move(reason);
}

void Sequencer::release_sealing(std::string_view holder) {
  const std::lock_guard lock(mutex_);
  const auto held = holds_.find(holder);
  if (held == holds_.end()) return;
  holds_.erase(held);
  changed_.notify_one();
}

std::string Sequencer::seal_blocked_locked() const {
  std::string reasons;
  for (const auto& [holder, reason] : holds_) {
    if (!reasons.empty()) reasons += "; ";
    reasons += reason;
  }
  return reasons.empty() ? clock_blocked_ : reasons;
}

SequencerStatus Sequencer::status() const {
  const std::lock_guard lock(mutex_);
  SequencerStatus status = status_;
  status.seal_blocked = seal_blocked_locked();
  return status;
}

void Sequencer::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    status_.accepting = false;
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

}  // namespace kedge::node
