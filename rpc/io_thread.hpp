// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rpc/address_count.hpp"
#include "rpc/audience.hpp"
#include "rpc/byte_budget.hpp"
#include "rpc/connection.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/eviction.hpp"
#include "rpc/rate_limiter.hpp"
#include "rpc/request_reader.hpp"
#include "rpc/route_table.hpp"
#include "rpc/server.hpp"

namespace kedge::rpc {

/// What all connections of a server share.
struct ServerCore {
  ServerCore(ServerOptions options, const MethodTable& methods, std::vector<Route> routes_in,
             const Authorizer& authorizer_in, Observer& observer_in);

  const Limits limits;
  const std::string name;
  const RouteTable routes;
  const Authorizer& authorizer;
  Observer& observer;
  ByteBudget bodies;
  ByteBudget answers;
  AddressCount addresses;
  const std::shared_ptr<ServerTls> tls;
  RateLimiter limiter;
  /// nullptr: nothing happens that could be told.
  Hub* const hub;
  const std::string events_path;
  const Scope events_scope;
  const std::vector<std::string> allowed_origins;
  WorkerPool workers;
  const Dispatcher dispatcher;
  std::atomic<std::size_t> connections = 0;
  /// Of these, those that stay open.
  std::atomic<std::size_t> streams = 0;
  /// Of these, how many are being told that there is no room.
  std::atomic<std::size_t> refused = 0;
};

/// One connection's place among all, counted as long as it lives, whatever is spoken on it.
class Seat {
 public:
  Seat(ServerCore& core, AddressCount::Place place) : core_(&core), place_(std::move(place)) {
    core.observer.on_connections(core.connections.fetch_add(1) + 1);
  }
  Seat(Seat&& other) noexcept
      : core_(std::exchange(other.core_, nullptr)), place_(std::move(other.place_)) {}
  Seat& operator=(Seat&&) = delete;
  ~Seat() {
    if (core_ != nullptr) core_->observer.on_connections(core_->connections.fetch_sub(1) - 1);
  }

 private:
  ServerCore* core_;
  AddressCount::Place place_;
};

/// One thread with its own io_context and the connections that live on it. None ever changes its
/// thread, so that it needs no lock. Always held by a shared_ptr: an answer may come from another
/// thread after the server has gone.
class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  /// `series` tells its requests from those of the other threads.
  IoThread(std::shared_ptr<ServerCore> core, std::uint32_t series);
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  /// From any thread: hands an answer to whoever writes it. The thread is woken once for
  /// all that come while it is busy. Dropped once the thread has stopped.
  void deliver(std::shared_ptr<AnswerTaker> taker, std::shared_ptr<Dispatcher::Answers> answers);
  [[nodiscard]] bool in_this_thread() { return context_.get_executor().running_in_this_thread(); }

  /// From another thread: runs `job` on this one. Dropped once the thread has stopped.
  void post(std::function<void()> job);
  /// From another thread: closes idle connections and marks the others.
  void drain();
  /// From another thread: closes whatever is left and joins.
  void stop();

  [[nodiscard]] ServerCore& core() { return *core_; }

  /// From this thread.
  void add(const std::shared_ptr<Connection>& connection);
  void remove(Connection& connection);
  /// Who is told of what happens.
  [[nodiscard]] Audience& audience() { return audience_; }
  /// From any thread.
  [[nodiscard]] std::size_t subscriptions() const { return audience_.size(); }
  /// Closes a connection that is not at work; false if there is none.
  bool make_room() { return eviction_.make_room(connections_, std::chrono::steady_clock::now()); }
  /// For the next request.
  [[nodiscard]] RequestTag next_tag() { return {.series = series_, .number = ++requests_}; }
  /// The Date field of answers, renewed once a tick (RFC 9110 section 6.6.1).
  [[nodiscard]] const std::string& date() const { return date_; }
  [[nodiscard]] std::chrono::steady_clock::time_point now() const { return now_; }
  /// Has it send when those have had their turn who wait for it already, together with all others
  /// who have something to send by then: a client on this machine is woken for several answers, and
  /// not for each of them.
  void send_later(std::shared_ptr<Sending> who);
  /// A buffer for the body of an answer, to be given back.
  [[nodiscard]] std::string take_buffer() { return std::exchange(buffer_, {}); }
  void give_buffer(std::string buffer);
  /// Connections with no call in flight are closed as they come to rest.
  [[nodiscard]] bool draining() const { return draining_; }

 private:
  using Mail =
      std::vector<std::pair<std::shared_ptr<AnswerTaker>, std::shared_ptr<Dispatcher::Answers>>>;

  template <class Job>
  bool guarded(Job job);
  void run();
  void tick();
  void take_mail();
  void send_gathered();

  const std::shared_ptr<ServerCore> core_;
  const std::uint32_t series_;
  std::uint64_t requests_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::vector<std::shared_ptr<Connection>> connections_;
  Eviction eviction_;
  Audience audience_;
  std::optional<std::size_t> hub_place_;
  std::string date_;
  std::string buffer_;
  /// Mail that is being taken; its memory is used again.
  Mail taken_;
  /// Who has something to send, and who is sending.
  std::vector<std::shared_ptr<Sending>> unsent_;
  std::vector<std::shared_ptr<Sending>> sending_;
  std::chrono::steady_clock::time_point now_;
  bool draining_ = false;
  bool stopping_ = false;

  std::mutex mutex_;
  Mail mail_;
  bool closed_ = false;

  std::thread thread_;
};

}  // namespace kedge::rpc
