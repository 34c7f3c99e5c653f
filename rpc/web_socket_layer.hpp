// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/core/bind_handler.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <boost/beast/websocket/teardown.hpp>

namespace kedge::rpc {

/// What Beast's stream of a WebSocket reads from and writes to: TCP or TLS, of which Beast must not
/// end the connection. Its own way (async_teardown of a socket) reads in one turn for as long as
/// the peer sends; a client that never stops would have the I/O thread to itself. Here Beast is
/// told at once that it is done, and its owner hangs up.
template <class Next>
class WebSocketLayer {
 public:
  using next_layer_type = Next;
  using executor_type = typename Next::executor_type;

  explicit WebSocketLayer(Next& next) : next_(next) {}

  executor_type get_executor() { return next_.get_executor(); }
  Next& next_layer() { return next_; }
  const Next& next_layer() const { return next_; }

  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    next_.async_read_some(buffers, std::forward<Handler>(handler));
  }
  template <class Buffers, class Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    next_.async_write_some(buffers, std::forward<Handler>(handler));
  }

  template <class Handler>
  friend void async_teardown(boost::beast::role_type, WebSocketLayer& layer, Handler&& handler) {
    boost::asio::post(layer.get_executor(),
                      boost::beast::bind_front_handler(std::forward<Handler>(handler),
                                                       boost::beast::error_code{}));
  }

 private:
  Next& next_;
};

}  // namespace kedge::rpc
