// SPDX-License-Identifier: Apache-2.0
#include "rpc/subscription.hpp"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "rpc/client_stream.hpp"
#include "rpc/envelope.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;
using net::ip::tcp;

constexpr std::uint64_t kRequestId = 1;

enum class Message : std::uint8_t { notification, answer, refusal, nonsense };

/// What a message is, by its members alone.
Message kind_of_message(const std::string& text, std::size_t max_depth) {
  if (!check_json(text, max_depth) || kind_of(text) != JsonKind::object) return Message::nonsense;
  bool id = false;
  bool method = false;
  bool error = false;
  for (const Member& member : object_members(text)) {
    id = id || member.name == "id";
    method = method || member.name == "method";
    error = error || member.name == "error";
  }
  if (method) return id ? Message::nonsense : Message::notification;
  if (!id) return Message::nonsense;
  return error ? Message::refusal : Message::answer;
}

}  // namespace

struct Subscription::Impl {
  Url url;
  std::string name;
  SubscriptionOptions options;
  std::string authorization;
  std::optional<net::ssl::context> tls;
  std::string request;
  std::function<void()> heard;

  net::io_context context{1};
  std::optional<ClientStream> stream;

  mutable std::mutex mutex;
  std::condition_variable changed;
  bool stopped = false;
  std::string trouble;
  std::mutex stop_mutex;
  std::thread thread;

  [[nodiscard]] bool stopping() const {
    const std::lock_guard lock(mutex);
    return stopped;
  }

  void note(std::string why) {
    const std::lock_guard lock(mutex);
    trouble = std::move(why);
  }

  /// Runs the operation that was started until it is done, too late (0: never), or stopped.
  error_code run(const bool& done, const error_code& result, std::chrono::milliseconds timeout) {
    context.restart();
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!done && !stopping()) {
      const std::size_t ran =
          timeout.count() == 0 ? context.run_one() : context.run_one_until(deadline);
      if (ran == 0) break;
    }
    if (done) return result;
    error_code ignored;
    stream->tcp().close(ignored);
    context.restart();
    // Not until there is nothing left: timers of the WebSocket stream outlive the operation.
    while (!done && context.run_one() != 0) {
    }
    return stopping() ? error_code(net::error::operation_aborted)
                      : error_code(net::error::timed_out);
  }

  /// Starts an operation by `begin`, which gets the handler of its result.
  template <class Begin>
  error_code complete(std::chrono::milliseconds timeout, Begin begin) {
    bool done = false;
    error_code result;
    begin([&](const error_code& error, const auto&...) {
      result = error;
      done = true;
    });
    return run(done, result, timeout);
  }

  error_code connect() {
    error_code error;
    tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(url.host, std::to_string(url.port), error);
    if (error) return error;
    stream.emplace(context, url, tls ? &*tls : nullptr);
    error = complete(options.connect_timeout,
                     [&](auto handler) { net::async_connect(stream->tcp(), endpoints, handler); });
    if (error || !url.secure()) return error;
    error = stream->set_host(url.host);
    if (error) return error;
    return complete(options.connect_timeout, [&](auto handler) {
      stream->tls()->async_handshake(net::ssl::stream_base::client, handler);
    });
  }

  /// Until the connection ends. Whether anything was heard.
  template <class Wire>
  bool listen(Wire& wire, std::string& why) {
    websocket::stream<Wire&> socket(wire);
    auto timeout = websocket::stream_base::timeout::suggested(boost::beast::role_type::client);
    timeout.handshake_timeout = options.connect_timeout;
    timeout.idle_timeout = options.idle_timeout;
    timeout.keep_alive_pings = true;
    socket.set_option(timeout);
    socket.read_message_max(options.max_message_bytes);
    socket.set_option(websocket::stream_base::decorator([this](websocket::request_type& head) {
      head.set(boost::beast::http::field::user_agent, "kedge");
      if (!authorization.empty()) {
        head.set(boost::beast::http::field::authorization, authorization);
      }
    }));
    error_code error = complete(options.connect_timeout, [&](auto handler) {
      socket.async_handshake(url.authority(), url.path, handler);
    });
    if (!error) {
      error = complete(options.connect_timeout,
                       [&](auto handler) { socket.async_write(net::buffer(request), handler); });
    }
    bool any = false;
    for (bool subscribed = false; !error;) {
      boost::beast::flat_buffer buffer;
      const auto patience = subscribed ? std::chrono::milliseconds(0) : options.connect_timeout;
      error = complete(patience, [&](auto handler) { socket.async_read(buffer, handler); });
      if (error) break;
      switch (
          kind_of_message(boost::beast::buffers_to_string(buffer.data()), options.max_json_depth)) {
        case Message::answer:
          subscribed = true;
          note({});
          break;
        case Message::notification:
          any = true;
          heard();
          break;
        case Message::refusal:
          why = "the subscription is refused";
          return any;
        case Message::nonsense:
          why = "expected JSON-RPC";
          return any;
      }
    }
    why = error.message();
    return any;
  }

  void work() {
    std::chrono::milliseconds backoff = options.backoff_first;
    while (!stopping()) {
      bool any = false;
      std::string why;
      if (const error_code error = connect()) {
        why = error.message();
      } else {
        stream->visit([&](auto& wire) { any = listen(wire, why); });
      }
      error_code ignored;
      if (stream) stream->tcp().close(ignored);
      // Whatever is still under way in the old connection ends with it.
      context.restart();
      context.run();
      stream.reset();
      note(name + ": " + why);
      backoff = any ? options.backoff_first : std::min(backoff * 2, options.backoff_last);
      std::unique_lock lock(mutex);
      changed.wait_for(lock, backoff, [this] { return stopped; });
    }
  }
};

Subscription::Subscription(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Subscription::~Subscription() {
  stop();
}

Result<std::unique_ptr<Subscription>> Subscription::create(std::string_view url,
                                                           SubscriptionOptions options) {
  auto parsed = parse_url(url);
  if (!parsed) return std::move(parsed).error();
  if (!parsed->web_socket()) return invalid_argument("expected a ws or wss URL", "url");
  auto authorization = authorization_of(*parsed, options.token);
  if (!authorization) return std::move(authorization).error();
  auto impl = std::make_unique<Impl>();
  if (parsed->secure()) {
    auto tls = make_tls_context(options.ca_file);
    if (!tls) return std::move(tls).error();
    impl->tls.emplace(std::move(*tls));
  }
  impl->authorization = *std::move(authorization);
  impl->name = parsed->authority();
  impl->url = *std::move(parsed);
  impl->options = std::move(options);
  return std::unique_ptr<Subscription>(new Subscription(std::move(impl)));
}

void Subscription::start(CallRequest request, std::function<void()> heard) {
  impl_->request = format_call(kRequestId, request.method, request.params);
  impl_->heard = std::move(heard);
  impl_->thread = std::thread([impl = impl_.get()] { impl->work(); });
}

void Subscription::stop() {
  const std::lock_guard stopping(impl_->stop_mutex);
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopped = true;
    impl_->changed.notify_all();
  }
  net::post(impl_->context, [] {});
  if (impl_->thread.joinable()) impl_->thread.join();
}

const std::string& Subscription::name() const {
  return impl_->name;
}

std::string Subscription::trouble() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->trouble;
}

}  // namespace kedge::rpc
