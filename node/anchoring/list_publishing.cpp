// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/list_publishing.hpp"

#include <algorithm>
#include <exception>
#include <future>
#include <memory>
#include <utility>

namespace kedge::node {
namespace {

/// Asks the sequencer and waits for its answer.
template <class T, class Ask>
Result<T> ask(Ask ask_for) {
  const auto answer = std::make_shared<std::promise<Result<T>>>();
  auto result = answer->get_future();
  ask_for([answer](Result<T> value) { answer->set_value(std::move(value)); });
  return result.get();
}

}  // namespace

std::string own_issuer_name(std::string_view origin) {
  return "urn:kedge:log:" + std::string(origin);
}

ListPublishing::ListPublishing(ListPublisher publisher, Sequencer& sequencer, const Clock& clock,
                               ListPublishingOptions options, ListPublishingEvents events)
    : publisher_(std::move(publisher)),
      sequencer_(sequencer),
      clock_(clock),
      options_(std::move(options)),
      events_(std::move(events)) {}

ListPublishing::~ListPublishing() {
  stop();
}

void ListPublishing::start() {
  const std::lock_guard lock(mutex_);
  thread_ = std::thread([this] { run(); });
}

void ListPublishing::wake() {
  const std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void ListPublishing::stop() {
  const std::lock_guard stopping(stop_mutex_);
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void ListPublishing::run() {
  try {
    while (step() && pause()) {
    }
  } catch (const std::exception& fault) {
    if (events_.failed) events_.failed({Errc::internal, fault.what()});
  }
}

/// False if there is nothing more to do: the store has failed.
bool ListPublishing::step() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = false;
  }
  Result<PublisherPass> pass = publisher_.pass(clock_.unix_ms());
  if (!pass) {
    if (events_.failed) events_.failed(pass.error());
    return false;
  }
  if (pass->published != 0 && events_.published) events_.published(pass->published);
  unsubmitted_.insert(unsubmitted_.end(), pass->digests.begin(), pass->digests.end());
  for (const Error& failure : pass->failures) tell_trouble(failure);
  const bool submitted = submit_digests();
  if (pass->failures.empty() && submitted) last_trouble_.clear();
  return true;
}

bool ListPublishing::submit_digests() {
  if (unsubmitted_.empty()) return true;
  if (!issuer_made_) {
    const auto made = ask<IssuerId>(
        [this](auto callback) { sequencer_.add_issuer(options_.own_issuer, std::move(callback)); });
    if (!made) {
      tell_trouble(made.error());
      return false;
    }
    issuer_made_ = true;
  }
  while (!unsubmitted_.empty()) {
    SubmitRequest request;
    request.issuer = options_.own_issuer;
    const std::size_t count = std::min(unsubmitted_.size(), options_.call_items);
    for (std::size_t i = 0; i < count; ++i) {
      request.items.push_back({unsubmitted_[i].profile, unsubmitted_[i].digest});
    }
    const auto done = ask<SubmitResult>(
        [&](auto callback) { sequencer_.submit(std::move(request), std::move(callback)); });
    if (!done) {
      tell_trouble(done.error());
      return false;
    }
    unsubmitted_.erase(unsubmitted_.begin(),
                       unsubmitted_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return true;
}

void ListPublishing::tell_trouble(const Error& error) {
  if (error.message == last_trouble_) return;
  last_trouble_ = error.message;
  if (events_.trouble) events_.trouble(error);
}

/// Until woken, or the interval has passed. False once stopping.
bool ListPublishing::pause() {
  std::unique_lock lock(mutex_);
  const Clock::Monotonic deadline = clock_.monotonic() + options_.look_interval;
  while (!stopping_ && !woken_ && clock_.monotonic() < deadline) {
    clock_.wait_until(changed_, lock, deadline);
  }
  return !stopping_;
}

}  // namespace kedge::node
