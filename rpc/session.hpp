// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/io_thread.hpp"
#include "rpc/request_reader.hpp"
#include "rpc/server_stream.hpp"

namespace kedge::rpc {

/// One connection. Everything but the constructor and `answered` runs on its I/O thread. Requests
/// are answered one after the other; those that are pipelined wait in the buffer and in the kernel.
class Session final : public Connection,
                      public AnswerTaker,
                      public Sending,
                      public Dispatcher::Client,
                      public std::enable_shared_from_this<Session> {
 public:
  /// `io` is kept alive by the session, because the socket needs its context to the end.
  /// `operators`: what is for operators exists here.
  Session(std::shared_ptr<IoThread> io, ServerStream stream, const boost::asio::ip::address& peer,
          Seat seat, bool operators);

  void start();
  /// Says 503 and closes: there are too many connections. If there are too many even of those,
  /// closes without a word.
  void start_refused();
  [[nodiscard]] std::optional<Standing> standing(Clock::time_point now) const override;
  /// The answer to the request that the session is waiting for.
  void deliver(Dispatcher::Answers& answers) override;
  /// From any thread.
  void answered(std::shared_ptr<Dispatcher::Answers> answers) override;
  void send_gathered() override;
  void check(Clock::time_point now) override;
  void drain() override;
  void close() override;

 private:
  enum class Phase { handshake, idle, head, body, running, writing, lingering, closed };

  void enter(Phase phase);
  void read();
  void on_read(std::size_t size);
  void process();
  bool step();
  void on_request();
  void run_rpc();
  bool admit(std::uint64_t items);
  [[nodiscard]] Sender sender() const;
  void open_web_socket();
  void open_event_stream(std::string_view method, std::string_view query);
  bool may_stay();
  void leave();
  void answer(const HttpResponse& response);
  void answer_error(unsigned status, std::string message);
  void refuse(unsigned status, std::string message);
  bool too_slow(Clock::time_point now);
  bool hold_answer(std::size_t octets);
  void release_answer();
  void send_later();
  bool flush();
  void write_rest(Phase resume, std::size_t written);
  bool after_write();
  void linger();
  void come_to_rest();

  const std::shared_ptr<IoThread> io_;
  ServerCore& core_;
  ServerStream stream_;
  RequestReader reader_;
  Phase phase_ = Phase::idle;
  /// Until it is closed.
  std::optional<Seat> seat_;
  const bool operators_;
  const boost::asio::ip::address peer_;
  /// Who pays is in each request's head.
  const bool proxied_;
  Payer payer_;
  /// Of the request that is being answered; the tag is of none before it is complete.
  Charge charge_;
  RequestTag tag_;
  Clock::time_point deadline_ = Clock::time_point::max();
  /// Of the phase.
  Clock::time_point since_;
  /// Of the body: when the window began, and what came since.
  Clock::time_point window_;
  std::size_t window_octets_ = 0;

  /// What was read and not consumed: [begin_, end_).
  std::vector<char> in_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  /// Answers not written yet, and how many.
  std::string out_;
  std::size_t gathered_ = 0;
  /// Requests since it is the session's turn.
  std::size_t turn_ = 0;
  /// What they take of the budget.
  std::size_t held_ = 0;

  /// There was no room for it.
  bool refused_ = false;
  /// A request of it was complete.
  bool served_ = false;
  bool close_after_write_ = false;
  /// The client sends requests before it has the answers to those before.
  bool pipelines_ = false;
  /// A read is under way: there is never a second one.
  bool reading_ = false;
  bool draining_ = false;
  /// process() is on the stack, so that an answer given at once must not start it again.
  bool processing_ = false;
  /// send_gathered() will be called.
  bool sending_ = false;
};

}  // namespace kedge::rpc
