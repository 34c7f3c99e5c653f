// SPDX-License-Identifier: Apache-2.0
#include "rpc/web_socket.hpp"

/// What a WebSocket has subscribed to. Calls come from its I/O thread and from workers; who is told
/// is the I/O thread's alone.
namespace kedge::rpc {

Result<std::uint64_t> WebSocket::subscribe(const Topic& topic) {
  const std::string name = topic.name();
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (refusing_) return Error{Errc::unavailable, "the connection is closing"};
    if (const auto known = numbers_.find(name); known != numbers_.end()) return known->second;
    if (topics_.size() >= core_.limits.max_subscriptions) {
      return Error{Errc::too_busy, "a connection has at most " +
                                       std::to_string(core_.limits.max_subscriptions) +
                                       " subscriptions"};
    }
    number = next_number_++;
    topics_.emplace(number, Joined{topic, false});
    numbers_.emplace(name, number);
  }
  // Before it is opened: what that sets off must find it there.
  on_thread([self = shared_from_this(), name] {
    const std::lock_guard lock(self->mutex_);
    if (self->numbers_.contains(name)) self->io_->audience().join(name, self);
  });
  const Status opened = topic.kind->opened ? topic.kind->opened(topic.key) : Status();
  {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(number);
    if (opened && found != topics_.end()) {
      found->second.open = true;
      return number;
    }
    if (found != topics_.end()) {
      topics_.erase(found);
      numbers_.erase(name);
    }
  }
  leave(name);
  if (!opened) return opened.error();
  // It was closed, or unsubscribed to, meanwhile.
  if (topic.kind->closed) topic.kind->closed(topic.key);
  return Error{Errc::unavailable, "the connection is closing"};
}

Status WebSocket::unsubscribe(std::uint64_t subscription) {
  Joined joined;
  {
    const std::lock_guard lock(mutex_);
    const auto found = topics_.find(subscription);
    if (found == topics_.end()) {
      return Error{Errc::not_found, "there is no subscription of this number", "subscription"};
    }
    joined = std::move(found->second);
    topics_.erase(found);
    numbers_.erase(joined.topic.name());
  }
  if (joined.open && joined.topic.kind->closed) joined.topic.kind->closed(joined.topic.key);
  leave(joined.topic.name());
  return {};
}

void WebSocket::leave(const std::string& name) {
  on_thread([self = shared_from_this(), name] {
    const std::lock_guard lock(self->mutex_);
    // It may have been subscribed to anew since.
    if (!self->numbers_.contains(name)) self->io_->audience().leave(name, *self);
  });
}

void WebSocket::on_thread(std::function<void()> job) {
  if (io_->in_this_thread()) return job();
  io_->post(std::move(job));
}

void WebSocket::leave_all() {
  const std::lock_guard lock(mutex_);
  refusing_ = true;
  for (const auto& [number, joined] : topics_) {
    io_->audience().leave(joined.topic.name(), *this);
    if (joined.open && joined.topic.kind->closed) joined.topic.kind->closed(joined.topic.key);
  }
  topics_.clear();
  numbers_.clear();
}

}  // namespace kedge::rpc
