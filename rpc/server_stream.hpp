// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include "rpc/server_tls.hpp"

namespace kedge::rpc {

/// How long a peer has to read what it was told last and hang up (ServerStream::async_hang_up).
inline constexpr std::chrono::seconds kHangUpTime{1};

struct ServerTls::Context {
  Context() : ssl(boost::asio::ssl::context::tls_server) {}

  boost::asio::ssl::context ssl;
};

/// An accepted connection: TCP, or TLS on top of it. What carries plain data costs one branch for
/// it. For the thread of its socket; must live until its operations have ended.
class ServerStream {
 public:
  using Tcp = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Tcp>;

  explicit ServerStream(Tcp socket) : plain_(std::move(socket)) {}
  ServerStream(Tcp socket, std::shared_ptr<ServerTls::Context> context)
      : secure_(std::make_unique<Secure>(std::move(socket), std::move(context))) {}

  [[nodiscard]] bool secure() const { return secure_ != nullptr; }
  Tcp& tcp() { return secure_ ? secure_->stream.next_layer() : *plain_; }

  /// Calls `use` with the stream that carries the data.
  template <class Use>
  void visit(Use&& use) {
    if (secure_) {
      use(secure_->stream);
    } else {
      use(*plain_);
    }
  }

  /// Precondition: secure().
  template <class Handler>
  void async_handshake(Handler handler) {
    secure_->stream.async_handshake(Tls::server, std::move(handler));
  }
  /// Tells the peer that nothing more comes, and throws away what it still sends until it says the
  /// same, or has sent more than `max` octets, or the stream is closed; then calls `handler()`.
  /// Closing at once would reset the connection, and a peer that is still sending would never see
  /// what it was told last.
  template <class Handler>
  void async_hang_up(std::size_t max, Handler handler) {
    if (secure_) {
      return secure_->stream.async_shutdown(
          [done = std::move(handler)](const boost::system::error_code&) mutable { done(); });
    }
    boost::system::error_code ignored;
    plain_->shutdown(Tcp::shutdown_send, ignored);
    Discard<Handler>{*plain_, max, std::move(handler)}.wait();
  }

  template <class Handler>
  void async_read_some(boost::asio::mutable_buffer buffer, Handler handler) {
    visit([&](auto& wire) { wire.async_read_some(buffer, std::move(handler)); });
  }
  template <class Handler>
  void async_write(std::string_view text, Handler handler) {
    visit([&](auto& wire) {
      boost::asio::async_write(wire, boost::asio::buffer(text), std::move(handler));
    });
  }
  /// As much as goes at once without waiting, which with TLS is nothing.
  std::size_t write_now(std::string_view text, boost::system::error_code& error) {
    if (secure_) return 0;
    const std::size_t written = plain_->write_some(boost::asio::buffer(text), error);
    if (error != boost::asio::error::would_block) return written;
    error = {};
    return 0;
  }

  void close() {
    boost::system::error_code ignored;
    tcp().close(ignored);
  }
  /// Closes so that the kernel throws away what the peer has not taken.
  void abort() {
    boost::system::error_code ignored;
    tcp().set_option(boost::asio::socket_base::linger(true, 0), ignored);
    close();
  }

 private:
  /// Throws away what comes, in the kernel, without copying it: all there is in one turn, so that a
  /// peer that sends without end costs little and takes nobody's turn.
  template <class Handler>
  struct Discard {
    Tcp& socket;
    std::size_t left;
    Handler done;

    void wait() { socket.async_wait(Tcp::wait_read, std::move(*this)); }

    void operator()(const boost::system::error_code& error) {
      if (error) return done();
      const ssize_t size =
          ::recv(socket.native_handle(), nullptr, left + 1, MSG_TRUNC | MSG_DONTWAIT);
      if (size < 0 && (errno == EAGAIN || errno == EINTR)) return wait();
      if (size <= 0 || static_cast<std::size_t>(size) > left) return done();
      left -= static_cast<std::size_t>(size);
      wait();
    }
  };

  struct Secure {
    Secure(Tcp socket, std::shared_ptr<ServerTls::Context> context_in)
        : context(std::move(context_in)), stream(std::move(socket), context->ssl) {}

    /// Outlives the stream, though the server may show another certificate by now.
    std::shared_ptr<ServerTls::Context> context;
    Tls stream;
  };

  std::optional<Tcp> plain_;
  std::unique_ptr<Secure> secure_;
};

}  // namespace kedge::rpc
