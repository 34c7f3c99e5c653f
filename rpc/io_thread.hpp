// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rpc/address_count.hpp"
#include "rpc/byte_budget.hpp"
#include "rpc/dispatcher.hpp"
#include "rpc/eviction.hpp"
#include "rpc/request_reader.hpp"

namespace kedge::rpc {

class Session;

/// What all connections of a server share.
struct ServerCore {
  ServerCore(Limits limits_in, std::string name_in, const MethodTable& methods,
             std::vector<Route> routes_in, const Authorizer& authorizer, Observer& observer_in,
             unsigned worker_threads);

  /// The route of a path; nullptr if there is none.
  [[nodiscard]] const Route* route(std::string_view path) const;

  const Limits limits;
  const std::string name;
  /// The longest path first.
  const std::vector<Route> routes;
  Observer& observer;
  ByteBudget bodies;
  ByteBudget answers;
  AddressCount addresses;
  WorkerPool workers;
  const Dispatcher dispatcher;
  std::atomic<std::size_t> connections = 0;
  /// Of these, how many are being told that there is no room.
  std::atomic<std::size_t> refused = 0;
};

/// One thread with its own io_context and the sessions that live on it. A session never changes its
/// thread, so that it needs no lock. Always held by a shared_ptr: an answer may come from another
/// thread after the server has gone.
class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  explicit IoThread(std::shared_ptr<ServerCore> core);
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  void start();
  [[nodiscard]] boost::asio::io_context& context() { return context_; }

  /// From any thread: hands an answer to its session, which writes it. The thread is woken once for
  /// all that come while it is busy. Dropped once the thread has stopped.
  void deliver(std::shared_ptr<Session> session, std::shared_ptr<Dispatcher::Answers> answers);
  [[nodiscard]] bool in_this_thread() { return context_.get_executor().running_in_this_thread(); }

  /// From another thread: runs `job` on this one. Dropped once the thread has stopped.
  void post(std::function<void()> job);
  /// From another thread: closes idle sessions and marks the others.
  void drain();
  /// From another thread: closes whatever is left and joins.
  void stop();

  [[nodiscard]] ServerCore& core() { return *core_; }

  /// From this thread.
  void add(const std::shared_ptr<Session>& session);
  void remove(Session& session);
  /// Closes a session that is not at work; false if there is none.
  bool make_room() { return eviction_.make_room(sessions_, std::chrono::steady_clock::now()); }
  /// The Date field of answers, renewed once a tick (RFC 9110 section 6.6.1).
  [[nodiscard]] const std::string& date() const { return date_; }
  [[nodiscard]] std::chrono::steady_clock::time_point now() const { return now_; }
  /// A buffer for the body of an answer, to be given back.
  [[nodiscard]] std::string take_buffer() { return std::exchange(buffer_, {}); }
  void give_buffer(std::string buffer);
  /// Sessions with no call in flight are closed as they come to rest.
  [[nodiscard]] bool draining() const { return draining_; }

 private:
  using Mail =
      std::vector<std::pair<std::shared_ptr<Session>, std::shared_ptr<Dispatcher::Answers>>>;

  void run();
  void tick();
  void take_mail();

  const std::shared_ptr<ServerCore> core_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::vector<std::shared_ptr<Session>> sessions_;
  Eviction eviction_;
  std::string date_;
  std::string buffer_;
  /// Mail that is being taken; its memory is used again.
  Mail taken_;
  std::chrono::steady_clock::time_point now_;
  bool draining_ = false;
  bool stopping_ = false;

  std::mutex mutex_;
  Mail mail_;
  bool closed_ = false;

  std::thread thread_;
};

}  // namespace kedge::rpc
