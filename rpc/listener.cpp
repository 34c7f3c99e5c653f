// SPDX-License-Identifier: Apache-2.0
#include "rpc/listener.hpp"

#include <poll.h>

#include "rpc/session.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
using net::ip::tcp;

/// Connections beyond the bound that wait for their thread to make room, or are told that there is
/// none. Beyond, newcomers wait in the kernel's queue.
constexpr std::size_t kCrowd = 128;
constexpr std::chrono::milliseconds kCrowdPause{1};
/// Then it is the turn of those who are connected.
constexpr std::size_t kAcceptsATurn = 8;
/// After a failed accept, most likely for want of file descriptors.
constexpr std::chrono::milliseconds kAcceptPause{100};

}  // namespace

Listener::Listener(std::shared_ptr<ServerCore> core,
                   const std::vector<std::shared_ptr<IoThread>>& threads, bool operators)
    : core_(std::move(core)),
      threads_(threads),
      operators_(operators),
      acceptor_(threads.front()->context()),
      pause_(threads.front()->context()) {}

Status Listener::listen(const std::string& address, std::uint16_t port) {
  boost::system::error_code error;
  const auto ip = net::ip::make_address(address, error);
  if (error) return invalid_argument("expected a numeric address, got " + address, "address");
  const tcp::endpoint endpoint(ip, port);
  const auto failed = [&](const char* what) -> Error {
    return {Errc::unavailable, std::string("cannot ") + what + " " + address + ":" +
                                   std::to_string(port) + ": " + error.message()};
  };
  if (acceptor_.open(endpoint.protocol(), error); error) return failed("open");
  if (acceptor_.set_option(tcp::acceptor::reuse_address(true), error); error) {
    return failed("open");
  }
  if (acceptor_.bind(endpoint, error); error) return failed("bind");
  if (acceptor_.listen(net::socket_base::max_listen_connections, error); error) {
    return failed("listen on");
  }
  if (acceptor_.non_blocking(true, error); error) return failed("listen on");
  port_ = acceptor_.local_endpoint(error).port();
  if (error) return failed("listen on");
  accept();
  return {};
}

void Listener::close() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

void Listener::accept() {
  IoThread& target = *threads_[next_++ % threads_.size()];
  acceptor_.async_accept(target.context(), peer_,
                         [this, &target](boost::system::error_code error, tcp::socket socket) {
                           if (!acceptor_.is_open()) return;
                           if (error) return recover(error);
                           hand_over(target, std::move(socket));
                           accept_more();
                         });
}

/// Without descriptors accepting fails also where there is nobody to accept.
bool Listener::somebody_waits() {
  pollfd waiting{acceptor_.native_handle(), POLLIN, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

/// Those that wait already: one a turn would let whoever connects again and again keep the others
/// waiting.
void Listener::accept_more() {
  for (std::size_t taken = 1;; ++taken) {
    if (core_->connections >= core_->limits.max_connections + kCrowd) return pause(kCrowdPause);
    if (taken == kAcceptsATurn || !somebody_waits()) return accept();
    IoThread& target = *threads_[next_ % threads_.size()];
    boost::system::error_code error;
    tcp::socket socket = acceptor_.accept(target.context(), peer_, error);
    if (error == net::error::would_block) return accept();
    if (error) return recover(error);
    ++next_;
    hand_over(target, std::move(socket));
  }
}

void Listener::recover(const boost::system::error_code& why) {
  if (why == net::error::no_descriptors) {
    for (const auto& thread : threads_) thread->post([&thread] { thread->make_room(); });
  }
  pause(kAcceptPause);
}

void Listener::pause(std::chrono::milliseconds length) {
  pause_.expires_after(length);
  pause_.async_wait([this](const boost::system::error_code& error) {
    if (!error && acceptor_.is_open()) accept();
  });
}

void Listener::hand_over(IoThread& target, tcp::socket socket) {
  boost::system::error_code error;
  socket.non_blocking(true, error);
  if (!error) socket.set_option(tcp::no_delay(true), error);
  if (error) return;
  AddressCount::Place place;
  // A proxy's connections are many clients'.
  const bool welcome =
      core_->limiter.trusts(peer_.address()) || core_->addresses.enter(peer_.address(), place);
  Seat seat(*core_, std::move(place));
  const bool full = core_->connections > core_->limits.max_connections;
  ServerStream stream = core_->tls ? ServerStream(std::move(socket), core_->tls->current())
                                   : ServerStream(std::move(socket));
  const auto session = std::make_shared<Session>(target.shared_from_this(), std::move(stream),
                                                 peer_.address(), std::move(seat), operators_);
  target.post([&target, session, welcome, full] {
    if (!welcome || (full && !target.make_room())) {
      session->start_refused();
    } else {
      session->start();
    }
  });
}

}  // namespace kedge::rpc
