// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>

#include "rpc/dispatcher.hpp"
#include "rpc/eviction.hpp"

namespace kedge::rpc {

/// A connection on its I/O thread, whatever is spoken on it. All of it runs on that thread.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;

  virtual ~Connection() = default;

  /// How soon it goes when there is no room; nullopt while it is at work.
  [[nodiscard]] virtual std::optional<Standing> standing(Clock::time_point now) const = 0;
  /// Closes if a deadline has passed; called once a tick.
  virtual void check(Clock::time_point now) = 0;
  /// Closes as soon as what is in progress has been answered.
  virtual void drain() = 0;
  /// Closes at once.
  virtual void close() = 0;

  /// Place in IoThread's list.
  std::size_t slot = 0;
};

/// Whoever waits for answers on an I/O thread.
class AnswerTaker {
 public:
  virtual ~AnswerTaker() = default;
  virtual void deliver(Dispatcher::Answers& answers) = 0;
};

/// Whoever has gathered something to send.
class Sending {
 public:
  virtual ~Sending() = default;
  virtual void send_gathered() = 0;
};

}  // namespace kedge::rpc
