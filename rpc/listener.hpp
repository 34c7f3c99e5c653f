// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "rpc/io_thread.hpp"

namespace kedge::rpc {

/// Accepts connections at one address and hands them to the I/O threads in turn. All but the
/// constructor, listen() and port() runs on the first of them. One socket listens and hands over:
/// with SO_REUSEPORT a second node could take the same port unnoticed.
class Listener {
 public:
  /// `threads` must outlive it. `operators`: what is for operators is served here.
  Listener(std::shared_ptr<ServerCore> core, const std::vector<std::shared_ptr<IoThread>>& threads,
           bool operators);

  /// Binds and listens, and accepts as soon as the threads run. invalid_argument for what is no
  /// numeric address, unavailable if it cannot be bound.
  Status listen(const std::string& address, std::uint16_t port);
  [[nodiscard]] std::uint16_t port() const { return port_; }
  void close();

 private:
  void accept();
  void accept_more();
  bool somebody_waits();
  void recover(const boost::system::error_code& why);
  void pause(std::chrono::milliseconds length);
  void hand_over(IoThread& target, boost::asio::ip::tcp::socket socket);

  const std::shared_ptr<ServerCore> core_;
  const std::vector<std::shared_ptr<IoThread>>& threads_;
  const bool operators_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  /// Of the connection that was accepted last.
  boost::asio::ip::tcp::endpoint peer_;
  std::size_t next_ = 0;
  std::uint16_t port_ = 0;
};

}  // namespace kedge::rpc
