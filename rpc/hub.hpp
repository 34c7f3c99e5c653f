// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

/// Things that happen, and who wants to hear of them. Knows no sockets.
namespace kedge::rpc {

/// Something that has happened, in the words in which it is sent; shared by all who hear of it.
struct Event {
  /// The family of its topic, as clients name it.
  std::string kind;
  /// JSON text without line feeds.
  std::string data;
  /// By which one who was away says how far it has come; nullopt where that cannot be said.
  std::optional<std::uint64_t> id = std::nullopt;
};
using SharedEvent = std::shared_ptr<const Event>;

/// A family of topics. Every function may be called from several threads at once, must be quick and
/// must not call the hub.
struct TopicKind {
  /// As clients name it: `checkpoint`.
  std::string name;
  /// The parameter that picks one topic of the family; empty if there is but one.
  std::string key = {};
  /// Somebody subscribes, with the value of the parameter: may refuse, and is then not told of the
  /// end. Not set: everybody may.
  std::function<Status(const std::string& key)> opened = {};
  /// Somebody who had subscribed does not any more; once for each.
  std::function<void(const std::string& key)> closed = {};
  /// What has happened after the event `id`, the oldest first; as much as is cheap to tell. Not
  /// set: nothing. May read from storage.
  std::function<std::vector<SharedEvent>(std::uint64_t id)> since = {};
};

/// A topic that somebody has asked for.
struct Topic {
  const TopicKind* kind = nullptr;
  std::string key;

  /// Unique among all topics.
  [[nodiscard]] std::string name() const { return kind->name + ":" + key; }
};

/// Passes events on to the threads that have subscribers. Thread-safe but for add().
class Hub {
 public:
  /// Takes an event of a topic; called on the publisher's thread, must be quick.
  using Sink = std::function<void(const std::string& topic, const SharedEvent& event)>;

  Hub() = default;
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  /// Before anybody asks. Precondition: the name is new.
  void add(TopicKind kind);

  /// nullptr if there is none of this name.
  [[nodiscard]] const TopicKind* kind(std::string_view name) const;
  /// The topic of this family and key; invalid_argument (field `topic`, or the family's key).
  [[nodiscard]] Result<Topic> find(std::string_view kind,
                                   const std::optional<std::string>& key) const;
  /// The names of all families, for messages.
  [[nodiscard]] std::string kinds() const;

  /// Never waits for a subscriber. Without a subscriber nothing happens. `kind` must have been
  /// added.
  void publish(std::string_view kind, std::string_view key, std::string data,
               std::optional<std::uint64_t> id = std::nullopt);

  /// Between these two the sink is called; not after detach() has returned.
  std::size_t attach(Sink sink);
  void detach(std::size_t place);

 private:
  std::map<std::string, TopicKind, std::less<>> kinds_;
  mutable std::mutex mutex_;
  std::map<std::size_t, Sink> sinks_;
  std::size_t next_ = 0;
};

}  // namespace kedge::rpc
