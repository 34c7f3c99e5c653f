// SPDX-License-Identifier: Apache-2.0
#include "rpc/hub.hpp"

#include <stdexcept>

namespace kedge::rpc {

void Hub::add(TopicKind kind) {
  std::string name = kind.name;
  if (name.empty() || !kinds_.emplace(std::move(name), std::move(kind)).second) {
    throw std::logic_error("a family of topics needs a new name");
  }
}

std::string Hub::kinds() const {
  std::string names;
  for (const auto& [name, kind] : kinds_) names += (names.empty() ? "\"" : ", \"") + name + "\"";
  return names;
}

const TopicKind* Hub::kind(std::string_view name) const {
  const auto found = kinds_.find(name);
  return found == kinds_.end() ? nullptr : &found->second;
}

Result<Topic> Hub::find(std::string_view kind, const std::optional<std::string>& key) const {
  const TopicKind* const found = this->kind(kind);
  if (found == nullptr) return invalid_argument("expected one of " + kinds(), "topic");
  const TopicKind& family = *found;
  if (family.key.empty() && key) {
    return invalid_argument("expected none: the topic \"" + family.name + "\" is one for all",
                            "key");
  }
  if (!family.key.empty() && !key) {
    return invalid_argument("expected with the topic \"" + family.name + "\"", family.key);
  }
  return Topic{&family, key.value_or(std::string())};
}

void Hub::publish(std::string_view kind, std::string_view key, std::string data,
                  std::optional<std::uint64_t> id) {
  const auto event = std::make_shared<const Event>(Event{std::string(kind), std::move(data), id});
  const std::string topic = event->kind + ":" + std::string(key);
  const std::lock_guard lock(mutex_);
  for (const auto& [place, sink] : sinks_) sink(topic, event);
}

std::size_t Hub::attach(Sink sink) {
  const std::lock_guard lock(mutex_);
  sinks_.emplace(next_, std::move(sink));
  return next_++;
}

void Hub::detach(std::size_t place) {
  const std::lock_guard lock(mutex_);
  sinks_.erase(place);
}

}  // namespace kedge::rpc
