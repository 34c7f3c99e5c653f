// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "rpc/audience.hpp"
#include "rpc/http.hpp"
#include "rpc/io_thread.hpp"
#include "rpc/server_stream.hpp"
#include "rpc/subscriptions.hpp"

namespace kedge::rpc {

/// Who has opened a connection that stays open.
struct Opener {
  /// The value of the field Authorization; looked at anew with every call.
  std::string authorization;
  Payer payer;
  bool operators = false;
  /// The trace that all its calls belong to; empty for none.
  std::string trace;
};

/// A connection on which JSON-RPC calls and their answers are text messages of a WebSocket (RFC
/// 6455), and notifications of what the client has subscribed to go in between. Calls run side by
/// side; their answers come in the order in which they are ready. Everything but subscribe() and
/// unsubscribe() runs on its I/O thread.
///
/// It ends with a close code of RFC 6455 section 7.4.1 and a reason: 1001 the node is stopping;
/// 1003 a binary message; 1008 too slow a reader, or a message that does not come to its end; 1009
/// too long a message; 1013 no memory for it now.
class WebSocket final : public Connection,
                        public Subscriber,
                        public Subscriptions,
                        public std::enable_shared_from_this<WebSocket> {
 public:
  WebSocket(std::shared_ptr<IoThread> io, ServerStream stream, Seat seat, Opener opener);
  WebSocket(const WebSocket&) = delete;
  WebSocket& operator=(const WebSocket&) = delete;
  ~WebSocket() override;

  /// Answers the request of this target and these fields with 101. Call once.
  void start(const std::string& target, const HeaderList& headers);

  [[nodiscard]] std::optional<Standing> standing(Clock::time_point now) const override;
  void check(Clock::time_point now) override;
  void drain() override;
  void close() override;

  void hear(const std::string& topic, const SharedEvent& event) override;
  void lose() override;

  Result<std::uint64_t> subscribe(const Topic& topic) override;
  Status unsubscribe(std::uint64_t subscription) override;

 private:
  class PendingCall;
  struct Wire;
  /// A message on its way out: a text, or an event with what stands before it.
  struct Outgoing {
    std::string text;
    SharedEvent event;
  };

  struct Joined {
    Topic topic;
    /// TopicKind::opened has let it in, so that TopicKind::closed is owed.
    bool open = false;
  };

  void read();
  void on_read();
  void on_message();
  bool hold_message();
  void on_answer(std::string text);
  void push(Outgoing message);
  void write();
  void drop(std::uint16_t code, std::string_view reason);
  void hang_up();
  void end_if_drained();
  void leave_all();
  void leave(const std::string& name);
  void on_thread(std::function<void()> job);
  [[nodiscard]] bool crowded() const;
  [[nodiscard]] std::size_t small_answer() const;

  const std::shared_ptr<IoThread> io_;
  ServerCore& core_;
  ServerStream stream_;
  std::optional<Seat> seat_;
  const Opener opener_;
  std::unique_ptr<Wire> wire_;

  bool accepted_ = false;
  bool reading_ = false;
  bool writing_ = false;
  bool pinging_ = false;
  bool draining_ = false;
  bool closing_ = false;
  bool closed_ = false;
  Clock::time_point heard_;
  Clock::time_point message_since_ = Clock::time_point::max();
  Clock::time_point writing_since_;
  Clock::time_point deadline_ = Clock::time_point::max();

  /// Calls that have no answer yet.
  std::size_t in_flight_ = 0;
  std::deque<Outgoing> out_;
  /// Of these: answers, events, and octets of answers that were taken of the budget.
  std::size_t answers_ = 0;
  std::size_t events_ = 0;
  std::size_t held_answers_ = 0;
  /// Octets of the message that is being read, of the budget of bodies.
  std::size_t held_message_ = 0;

  mutable std::mutex mutex_;
  /// By number, and the numbers by name.
  std::map<std::uint64_t, Joined> topics_;
  std::map<std::string, std::uint64_t> numbers_;
  std::uint64_t next_number_ = 1;
  bool refusing_ = false;
};

}  // namespace kedge::rpc
