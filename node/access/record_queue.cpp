// SPDX-License-Identifier: Apache-2.0
#include "node/access/record_queue.hpp"

#include <utility>

namespace kedge::node {

RecordQueue::Kind RecordQueue::kind_of(const RecordEvent& event) {
  return {event.actor, event.issuer, event.action, event.result};
}

void RecordQueue::make_other(RecordEvent& event) {
  event.actor = event.issuer = event.action = event.result = "(others)";
}

void RecordQueue::add(RecordEvent event) {
  // Mostly somebody does the same again: then nothing is looked up, and nothing copied.
  if (newest_ < ready_.size() && same_kind(ready_[newest_], event)) {
    return merge_event(ready_[newest_], event);
  }
  Kind kind = kind_of(event);
  if (places_.size() >= kMaxKinds && !places_.contains(kind)) {
    make_other(event);
    kind = kind_of(event);
  }
  const auto [place, is_new] = places_.try_emplace(std::move(kind), ready_.size());
  newest_ = place->second;
  if (is_new) {
    ready_.push_back(std::move(event));
  } else {
    merge_event(ready_[newest_], event);
  }
}

void RecordQueue::add_refusal(RecordEvent event) {
  Kind kind = kind_of(event);
  if (windows_.size() >= kMaxKinds && !windows_.contains(kind)) {
    make_other(event);
    kind = kind_of(event);
  }
  const auto [window, is_new] = windows_.try_emplace(std::move(kind));
  if (is_new) {
    window->second.end_ms = event.time_ms + window_ms_;
    window->second.later.calls = 0;
    return add(std::move(event));
  }
  RecordEvent& later = window->second.later;
  if (later.calls == 0) {
    later = std::move(event);
  } else {
    merge_event(later, event);
  }
}

std::vector<RecordEvent> RecordQueue::take(std::uint64_t now_ms, bool all) {
  std::vector<RecordEvent> taken = std::move(ready_);
  ready_.clear();
  places_.clear();
  for (auto window = windows_.begin(); window != windows_.end();) {
    Window& each = window->second;
    // A clock that has gone back must not keep a window open for ever.
    const bool passed = now_ms >= each.end_ms || now_ms + 2 * window_ms_ < each.end_ms;
    if (!passed && !all) {
      ++window;
      continue;
    }
    if (each.later.calls == 0) {
      window = windows_.erase(window);
      continue;
    }
    taken.push_back(std::move(each.later));
    each.later = {};
    each.later.calls = 0;
    each.end_ms = now_ms + window_ms_;
    ++window;
  }
  return taken;
}

}  // namespace kedge::node
