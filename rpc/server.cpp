// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rpc/session.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// Connections beyond the bound that wait for their thread to make room, or are told that there is
/// none. Beyond, newcomers wait in the kernel's queue.
constexpr std::size_t kCrowd = 128;
constexpr std::chrono::milliseconds kCrowdPause{1};
/// After a failed accept, most likely for want of file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{100};

class ServerImpl final : public Server {
 public:
  ServerImpl(std::shared_ptr<ServerCore> core, unsigned io_threads) : core_(std::move(core)) {
    for (unsigned i = 0; i < std::max(io_threads, 1U); ++i) {
      threads_.push_back(std::make_shared<IoThread>(core_));
    }
    acceptor_.emplace(threads_.front()->context());
    pause_.emplace(threads_.front()->context());
  }

  ~ServerImpl() override { stop(); }

  Status listen(const std::string& address, std::uint16_t port) {
    boost::system::error_code error;
    const auto ip = net::ip::make_address(address, error);
    if (error) return invalid_argument("expected a numeric address, got " + address, "address");
    const tcp::endpoint endpoint(ip, port);
    const auto failed = [&](const char* what) -> Error {
      return {Errc::unavailable, std::string("cannot ") + what + " " + address + ":" +
                                     std::to_string(port) + ": " + error.message()};
    };
    if (acceptor_->open(endpoint.protocol(), error); error) return failed("open");
    if (acceptor_->set_option(tcp::acceptor::reuse_address(true), error); error) {
      return failed("open");
    }
    if (acceptor_->bind(endpoint, error); error) return failed("bind");
    if (acceptor_->listen(net::socket_base::max_listen_connections, error); error) {
      return failed("listen on");
    }
    port_ = acceptor_->local_endpoint(error).port();
    if (error) return failed("listen on");
    accept();
    for (const auto& thread : threads_) thread->start();
    started_ = true;
    return {};
  }

  [[nodiscard]] std::uint16_t port() const override { return port_; }

  void stop() override {
    if (!std::exchange(started_, false)) return;
    threads_.front()->post([this] {
      boost::system::error_code ignored;
      acceptor_->close(ignored);
      pause_->cancel();
    });
    for (const auto& thread : threads_) thread->drain();
    const auto deadline = std::chrono::steady_clock::now() + core_->limits.stop_deadline;
    while (core_->connections.load() != 0 && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const auto& thread : threads_) thread->stop();
    core_->workers.stop();
  }

 private:
  /// One socket listens and hands over: with SO_REUSEPORT a second node could take the same port
  /// unnoticed.
  void accept() {
    IoThread& target = *threads_[next_++ % threads_.size()];
    acceptor_->async_accept(target.context(), peer_,
                            [this, &target](boost::system::error_code error, tcp::socket socket) {
                              if (!acceptor_->is_open()) return;
                              if (error) return recover(error);
                              hand_over(target, std::move(socket));
                              if (core_->connections < core_->limits.max_connections + kCrowd) {
                                accept();
                              } else {
                                pause(kCrowdPause);
                              }
                            });
  }

  void recover(const boost::system::error_code& why) {
    if (why == net::error::no_descriptors) {
      for (const auto& thread : threads_) thread->post([&thread] { thread->make_room(); });
    }
    pause(kAcceptPause);
  }

  void pause(std::chrono::milliseconds length) {
    pause_->expires_after(length);
    pause_->async_wait([this](const boost::system::error_code& error) {
      if (!error && acceptor_->is_open()) accept();
    });
  }

  void hand_over(IoThread& target, tcp::socket socket) {
    boost::system::error_code error;
    socket.non_blocking(true, error);
    if (!error) socket.set_option(tcp::no_delay(true), error);
    if (error) return;
    AddressCount::Place place;
    const bool welcome = core_->addresses.enter(peer_.address(), place);
    const std::size_t open = core_->connections.fetch_add(1) + 1;
    core_->observer.on_connections(open);
    const bool full = open > core_->limits.max_connections;
    const auto session =
        std::make_shared<Session>(target.shared_from_this(), std::move(socket), std::move(place));
    target.post([&target, session, welcome, full] {
      if (!welcome || (full && !target.make_room())) {
        session->start_refused();
      } else {
        session->start();
      }
    });
  }

  const std::shared_ptr<ServerCore> core_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  std::optional<tcp::acceptor> acceptor_;
  std::optional<net::steady_timer> pause_;
  /// Of the connection that was accepted last.
  tcp::endpoint peer_;
  std::size_t next_ = 0;
  std::uint16_t port_ = 0;
  bool started_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(ServerOptions options, const MethodTable& methods,
                                              std::vector<Route> routes,
                                              const Authorizer& authorizer, Observer& observer) {
  auto core =
      std::make_shared<ServerCore>(options.limits, std::move(options.name), methods,
                                   std::move(routes), authorizer, observer, options.worker_threads);
  auto server = std::make_unique<ServerImpl>(std::move(core), options.io_threads);
  if (const Status status = server->listen(options.address, options.port); !status) {
    return status.error();
  }
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace kedge::rpc
