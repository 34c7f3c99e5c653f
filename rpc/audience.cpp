// SPDX-License-Identifier: Apache-2.0
#include "rpc/audience.hpp"

#include <algorithm>

namespace kedge::rpc {

void Audience::join(const std::string& topic, const std::shared_ptr<Subscriber>& subscriber) {
  if (topics_[topic].emplace(subscriber.get(), subscriber).second) ++size_;
}

void Audience::leave(const std::string& topic, const Subscriber& subscriber) {
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return;
  size_ -= found->second.erase(&subscriber);
  if (found->second.empty()) topics_.erase(found);
}

std::vector<std::weak_ptr<Subscriber>> Audience::members(const std::string& topic) const {
  std::vector<std::weak_ptr<Subscriber>> out;
  const auto found = topics_.find(topic);
  if (found == topics_.end()) return out;
  out.reserve(found->second.size());
  for (const auto& [key, member] : found->second) out.push_back(member);
  return out;
}

void Audience::tell(const std::string& topic, SharedEvent event) {
  if (!topics_.contains(topic)) return;
  if (waiting_.size() >= kMaxWaiting) {
    for (const auto& member : members(topic)) {
      if (const auto subscriber = member.lock()) subscriber->lose();
    }
    return;
  }
  waiting_.emplace_back(topic, std::move(event));
  if (telling_) return;
  telling_ = true;
  listeners_ = members(topic);
  next_ = 0;
  go_on();
}

void Audience::go_on() {
  const auto& [topic, event] = waiting_.front();
  const std::size_t end = std::min(next_ + kAtOnce, listeners_.size());
  for (; next_ < end; ++next_) {
    const auto subscriber = listeners_[next_].lock();
    // Whoever has left since then does not want to know.
    const auto found = topics_.find(topic);
    if (!subscriber || found == topics_.end() || !found->second.contains(subscriber.get()))
      continue;
    subscriber->hear(topic, event);
  }
  if (next_ == listeners_.size()) {
    waiting_.pop_front();
    telling_ = !waiting_.empty();
    listeners_ = telling_ ? members(waiting_.front().first) : decltype(listeners_)();
    next_ = 0;
  }
  if (telling_) later_([this] { go_on(); });
}

}  // namespace kedge::rpc
