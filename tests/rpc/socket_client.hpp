// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

namespace kedge::rpc::test {

/// A WebSocket client that waits for what it reads. Beast's, so that the other end is not our idea
/// of the protocol.
class SocketClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;

  explicit SocketClient(std::uint16_t port, const Headers& headers = {}) {
    socket_.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), port}, error_);
    if (error_) return;
    socket_.set_option(boost::beast::websocket::stream_base::decorator(
        [&](boost::beast::websocket::request_type& head) {
          for (const auto& [name, value] : headers) head.set(name, value);
        }));
    boost::beast::websocket::response_type response;
    socket_.handshake(response, "127.0.0.1:" + std::to_string(port), "/rpc", error_);
    status_ = response.result_int();
    socket_.text(true);
  }

  /// Of the handshake.
  [[nodiscard]] unsigned status() const { return status_; }
  [[nodiscard]] bool connected() const { return !error_; }

  void send(const std::string& text, bool as_text = true) {
    socket_.text(as_text);
    socket_.write(boost::asio::buffer(text), error_);
  }
  /// One part of a message that goes on.
  void send_part(const std::string& text) {
    socket_.write_some(false, boost::asio::buffer(text), error_);
  }
  void close() { socket_.close(boost::beast::websocket::close_code::normal, error_); }

  /// The next message, however long it takes; `closed <code> <reason>` at the end.
  std::string next() {
    boost::beast::flat_buffer buffer;
    socket_.read(buffer, error_);
    if (!error_) return boost::beast::buffers_to_string(buffer.data());
    return "closed " + std::to_string(socket_.reason().code) + " " +
           std::string(socket_.reason().reason.c_str());
  }

  /// Sends a call and gives the next message.
  std::string call(const std::string& method, const std::string& params = "{}",
                   const std::string& id = "1") {
    send(R"({"jsonrpc":"2.0","id":)" + id + R"(,"method":")" + method + R"(","params":)" + params +
         "}");
    return next();
  }

  boost::asio::ip::tcp::socket& tcp() { return socket_.next_layer(); }

 private:
  boost::asio::io_context context_;
  boost::beast::websocket::stream<boost::asio::ip::tcp::socket> socket_{context_};
  boost::system::error_code error_;
  unsigned status_ = 0;
};

}  // namespace kedge::rpc::test
