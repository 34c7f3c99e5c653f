// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "rpc/web_socket.hpp"
#include "rpc/web_socket_layer.hpp"

namespace kedge::rpc {

/// Beast's stream over ours, plain or TLS; for web_socket.cpp alone. Without compression: what is
/// sent is small, and a compressor a connection would hold more than all the rest of it.
struct WebSocket::Wire {
  using Error = boost::beast::error_code;
  using Request = boost::beast::http::request<boost::beast::http::empty_body>;
  template <class Next>
  using Socket = boost::beast::websocket::stream<WebSocketLayer<Next>, false>;
  using Plain = Socket<ServerStream::Tcp>;
  using Secure = Socket<ServerStream::Tls>;

  static constexpr std::size_t kReadSize = std::size_t{64} << 10;
  /// A connection that rests keeps no larger buffer.
  static constexpr std::size_t kKeptInput = std::size_t{4} << 10;

  explicit Wire(ServerStream& stream) {
    stream.visit(
        [this](auto& next) { socket.emplace<Socket<std::decay_t<decltype(next)>>>(next); });
  }

  template <class Use>
  void visit(Use&& use) {
    if (auto* plain = std::get_if<Plain>(&socket)) {
      use(*plain);
    } else {
      use(std::get<Secure>(socket));
    }
  }

  /// `heard` is called for every control frame of the client.
  void set_up(std::size_t max_message, const std::string& server, std::function<void()> heard) {
    namespace websocket = boost::beast::websocket;
    visit([&](auto& stream) {
      // Deadlines are looked at once a tick, as everywhere.
      stream.set_option(websocket::stream_base::timeout{websocket::stream_base::none(),
                                                        websocket::stream_base::none(), false});
      stream.set_option(
          websocket::stream_base::decorator([server](websocket::response_type& response) {
            response.set(boost::beast::http::field::server, server);
          }));
      stream.control_callback([heard = std::move(heard)](websocket::frame_type,
                                                         boost::beast::string_view) { heard(); });
      stream.read_message_max(max_message);
      // One message, one frame: what is written is not copied.
      stream.auto_fragment(false);
      stream.text(true);
    });
    // What is too long is told as such by the stream, before the buffer is full.
    input.max_size(max_message + 2 * kReadSize);
  }

  static Request make_request(const std::string& target, const HeaderList& headers) {
    Request request(boost::beast::http::verb::get, target, 11);
    for (const auto& [name, value] : headers) request.insert(name, value);
    return request;
  }

  static boost::beast::websocket::close_reason reason(std::uint16_t code, std::string_view text) {
    return {static_cast<boost::beast::websocket::close_code>(code),
            boost::beast::string_view(text.data(), text.size())};
  }

  [[nodiscard]] bool is_text() {
    bool text = false;
    visit([&](auto& stream) { text = stream.got_text(); });
    return text;
  }
  [[nodiscard]] bool is_done() {
    bool done = false;
    visit([&](auto& stream) { done = stream.is_message_done(); });
    return done;
  }

  std::string take_message() {
    std::string message = boost::beast::buffers_to_string(input.data());
    input.consume(input.size());
    if (input.capacity() > kKeptInput) input.shrink_to_fit();
    return message;
  }

  std::variant<std::monostate, Plain, Secure> socket;
  boost::beast::flat_buffer input;
  /// Of the handshake.
  Request request;
};

}  // namespace kedge::rpc
