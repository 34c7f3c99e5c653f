// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "rpc/io_thread.hpp"
#include "rpc/request_reader.hpp"

namespace kedge::rpc {

/// One connection. Everything but the constructor and `answered` runs on its I/O thread. Requests
/// are answered one after the other; those that are pipelined wait in the buffer and in the kernel.
class Session final : public Dispatcher::Client, public std::enable_shared_from_this<Session> {
 public:
  using Clock = std::chrono::steady_clock;

  /// `io` is kept alive by the session, because the socket needs its context to the end.
  Session(std::shared_ptr<IoThread> io, boost::asio::ip::tcp::socket socket,
          AddressCount::Place place);

  void start();
  /// Says 503 and closes: there are too many connections. If there are too many even of those,
  /// closes without a word.
  void start_refused();
  /// How soon it goes when there is no room; nullopt while it is at work.
  [[nodiscard]] std::optional<Standing> standing(Clock::time_point now) const;
  /// The answer to the request that the session is waiting for.
  void deliver(Dispatcher::Answers& answers);
  /// From any thread.
  void answered(std::shared_ptr<Dispatcher::Answers> answers) override;
  /// Closes if a deadline has passed; called once a tick.
  void check(Clock::time_point now);
  /// Closes at once if idle, else after the answer in progress.
  void drain();
  /// Closes at once.
  void close();

  /// Place in IoThread's list.
  std::size_t slot = 0;

 private:
  enum class Phase { idle, head, body, running, writing, lingering, closed };

  void enter(Phase phase);
  void read();
  void on_read(std::size_t size);
  void process();
  bool step();
  void on_request();
  void run_rpc();
  void run_route(const Route& route, HttpRequest request);
  void answer(const HttpResponse& response);
  void answer_error(unsigned status, std::string message);
  void refuse(unsigned status, std::string message);
  bool too_slow(Clock::time_point now);
  bool hold_answer(std::size_t octets);
  void release_answer();
  bool flush();
  void write_rest(Phase resume, std::size_t written);
  bool after_write();
  void linger();

  const std::shared_ptr<IoThread> io_;
  ServerCore& core_;
  boost::asio::ip::tcp::socket socket_;
  RequestReader reader_;
  Phase phase_ = Phase::idle;
  AddressCount::Place place_;
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
  /// A read is under way: there is never a second one.
  bool reading_ = false;
  bool draining_ = false;
  /// process() is on the stack, so that an answer given at once must not start it again.
  bool processing_ = false;
};

}  // namespace kedge::rpc
