// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "rpc/hub.hpp"

namespace kedge::rpc {

/// Whoever is told of events on an I/O thread.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  /// Must not wait: whoever cannot take it now keeps it, within its bounds, or goes.
  virtual void hear(const std::string& topic, const SharedEvent& event) = 0;
  /// Events were lost for it: it must go.
  virtual void lose() = 0;
};

/// The subscribers of one I/O thread. Tells them one event after the other, each to so many at a
/// time that requests in between are not held up. For that thread alone, but for size().
class Audience {
 public:
  /// `later` runs a job on the same thread after what is waiting there already.
  explicit Audience(std::function<void(std::function<void()>)> later) : later_(std::move(later)) {}

  void join(const std::string& topic, const std::shared_ptr<Subscriber>& subscriber);
  void leave(const std::string& topic, const Subscriber& subscriber);
  /// From any thread.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Beyond kMaxWaiting events that are still being told, all subscribers of the topic go: they
  /// would be told of less than has happened.
  void tell(const std::string& topic, SharedEvent event);

  static constexpr std::size_t kMaxWaiting = 1024;
  static constexpr std::size_t kAtOnce = 128;

 private:
  using Members = std::unordered_map<const Subscriber*, std::weak_ptr<Subscriber>>;

  void go_on();
  [[nodiscard]] std::vector<std::weak_ptr<Subscriber>> members(const std::string& topic) const;

  std::function<void(std::function<void()>)> later_;
  std::unordered_map<std::string, Members> topics_;
  std::atomic<std::size_t> size_ = 0;
  std::deque<std::pair<std::string, SharedEvent>> waiting_;
  /// Of the first that waits: who is to be told, and who is next.
  std::vector<std::weak_ptr<Subscriber>> listeners_;
  std::size_t next_ = 0;
  bool telling_ = false;
};

}  // namespace kedge::rpc
