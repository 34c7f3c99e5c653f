// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/writes.hpp"

#include <algorithm>
#include <utility>

#include "node/access/scopes.hpp"

namespace kedge::node {
namespace {

template <class T>
Status status_of(const Result<T>& result) {
  return result ? Status() : Status(result.error());
}

/// What is known only once it is done.
void add_details(RecordEvent& event, const SubmitResult& result) {
  for (const SubmittedItem& item : result.items) {
    if (item.duplicate) continue;
    event.first = std::min(event.first.value_or(item.position), item.position);
    event.last = std::max(event.last.value_or(item.position), item.position);
  }
}

void add_details(RecordEvent&, const SealResult&) {}
void add_details(RecordEvent&, const SetStatusResult&) {}
void add_details(RecordEvent&, const AllocateStatusResult&) {}
void add_details(RecordEvent&, const IssuerId&) {}

RecordEvent event_of(const Writer& writer, std::string_view action, std::string_view issuer) {
  RecordEvent event;
  event.actor = writer.actor;
  event.issuer = issuer;
  event.action = action;
  return event;
}

}  // namespace

std::string_view outcome_word(const Status& outcome) {
  if (outcome) return "done";
  switch (outcome.error().code) {
    case Errc::invalid_argument:
      return "invalid";
    case Errc::not_found:
      return "not found";
    case Errc::already_exists:
      return "already there";
    case Errc::unauthorized:
      return "refused";
    case Errc::too_busy:
      return "too busy";
    case Errc::unavailable:
      return "unavailable";
    case Errc::corrupt:
    case Errc::storage:
    case Errc::crypto:
    case Errc::internal:
      break;
  }
  return "fault";
}

bool Writes::refused(const Writer& writer, std::string_view action, std::string_view issuer,
                     const Status& check) {
  if (check) return false;
  if (recorder_ != nullptr) {
    RecordEvent event = event_of(writer, action, issuer);
    event.result = check.error().code == Errc::unauthorized ? "refused: " + check.error().message
                                                            : std::string(outcome_word(check));
    recorder_->note_refusal(std::move(event));
  }
  return true;
}

template <class Outcome, class Callback>
Callback Writes::recorded(const Writer& writer, std::string_view action, std::string issuer,
                          std::uint64_t items, Callback callback) {
  if (recorder_ == nullptr) return callback;
  RecordEvent event = event_of(writer, action, issuer);
  event.items = items;
  return [recorder = recorder_, event = std::move(event),
          callback = std::move(callback)](Result<Outcome> outcome) mutable {
    event.result = outcome_word(status_of(outcome));
    if (outcome) {
      add_details(event, *outcome);
      recorder->note(std::move(event));
    } else {
      // Somebody may send for ever what is refused.
      recorder->note_refusal(std::move(event));
    }
    callback(std::move(outcome));
  };
}

void Writes::submit(const Writer& writer, SubmitRequest request, SubmitCallback callback) {
  constexpr std::string_view kAction = "anchor_submit";
  const Status check = check_writer(writer, kAnchorWrite, request.issuer);
  if (refused(writer, kAction, request.issuer, check)) return callback(check.error());
  const std::size_t items = request.items.size();
  auto answer = recorded<SubmitResult>(writer, kAction, request.issuer, items, std::move(callback));
  sequencer_.submit(std::move(request), std::move(answer));
}

void Writes::seal(const Writer& writer, SealCallback callback) {
  constexpr std::string_view kAction = "anchor_seal";
  const Status check = check_writer(writer, kAnchorWrite, writer.issuer);
  if (refused(writer, kAction, writer.issuer, check)) return callback(check.error());
  sequencer_.seal(recorded<SealResult>(writer, kAction, writer.issuer, 0, std::move(callback)));
}

void Writes::set_status(const Writer& writer, SetStatusRequest request,
                        SetStatusCallback callback) {
  constexpr std::string_view kAction = "status_set";
  const Status check = check_writer(writer, kStatusWrite, request.issuer);
  if (refused(writer, kAction, request.issuer, check)) return callback(check.error());
  const std::size_t items = request.targets.size();
  auto answer =
      recorded<SetStatusResult>(writer, kAction, request.issuer, items, std::move(callback));
  sequencer_.set_status(std::move(request), std::move(answer));
}

void Writes::allocate_status(const Writer& writer, AllocateStatusRequest request,
                             AllocateStatusCallback callback) {
  constexpr std::string_view kAction = "status_allocate";
  const Status check = check_writer(writer, kStatusWrite, request.issuer);
  if (refused(writer, kAction, request.issuer, check)) return callback(check.error());
  const std::uint64_t items = request.count;
  auto answer =
      recorded<AllocateStatusResult>(writer, kAction, request.issuer, items, std::move(callback));
  sequencer_.allocate_status(std::move(request), std::move(answer));
}

void Writes::add_issuer(const Writer& writer, std::string name, IssuerCallback callback) {
  constexpr std::string_view kAction = "issuer_add";
  Status check = check_operator(writer);
  if (check) check = check_issuer_uri(name);
  if (!check) {
    // The name is the caller's own text; it is recorded only once it is an issuer's.
    const std::string_view issuer =
        check.error().code == Errc::unauthorized ? std::string_view() : writer.issuer;
    if (refused(writer, kAction, issuer, check)) return callback(check.error());
  }
  auto answer = recorded<IssuerId>(writer, kAction, name, 0, std::move(callback));
  sequencer_.add_issuer(std::move(name), std::move(answer));
}

void Writes::note_operation(const Writer& writer, std::string what, std::string issuer,
                            const Status& outcome) {
  if (recorder_ == nullptr) return;
  RecordEvent event = event_of(writer, what, issuer);
  event.result = outcome_word(outcome);
  if (outcome) {
    recorder_->note(std::move(event));
  } else {
    recorder_->note_refusal(std::move(event));
  }
}

}  // namespace kedge::node
