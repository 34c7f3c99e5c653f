// SPDX-License-Identifier: Apache-2.0
#include "rpc/http_connection.hpp"

#include <atomic>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "rpc/client_stream.hpp"
#include "rpc/target_rule.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using net::ip::tcp;
using Parser = http::response_parser<http::string_body>;

constexpr std::uint32_t kMaxHeaderBytes = 64 << 10;
/// Beast reads as much at a time as its buffer has room for: 512 octets, if nobody says otherwise.
constexpr std::size_t kReadSize = std::size_t{64} << 10;

std::string_view std_view(boost::beast::string_view text) {
  return {text.data(), text.size()};
}

HttpResponse to_response(http::response<http::string_body> message) {
  HttpResponse response;
  response.status = message.result_int();
  response.content_type = std_view(message[http::field::content_type]);
  for (const auto& field : message) {
    response.headers.emplace_back(std_view(field.name_string()), std_view(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

struct HttpConnection::Impl {
  Url url;
  ConnectionOptions options;
  std::optional<net::ssl::context> tls;
  PinnedCertificate pinned;
  std::string fixed_headers;
  net::io_context context{1};
  std::optional<ClientStream> stream;
  boost::beast::flat_buffer buffer;
  /// The address that may not be connected to; empty unless that was the reason.
  std::string refused;
  std::atomic<bool> stopped{false};

  void close() {
    error_code ignored;
    if (stream) stream->tcp().close(ignored);
    stream.reset();
  }

  /// Runs the operation that was started until it is done, too late, or stopped from outside.
  void run(std::chrono::milliseconds timeout, const bool& done, error_code& error) {
    context.restart();
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    while (!done && !stopped && context.run_one_until(deadline) != 0) {
    }
    if (done) return;
    error_code ignored;
    stream->tcp().close(ignored);
    context.restart();
    context.run();
    error = stopped ? net::error::operation_aborted : net::error::timed_out;
  }

  error_code connect() {
    error_code error;
    bool done = false;
    tcp::resolver resolver(context);
    const auto endpoints = resolver.resolve(url.host, std::to_string(url.port), error);
    if (error) return error;
    refused.clear();
    for (const auto& entry : endpoints) {
      if (!options.targets || options.targets->allows(entry.endpoint().address())) continue;
      refused = entry.endpoint().address().to_string();
      return net::error::access_denied;
    }
    stream.emplace(context, url, tls ? &*tls : nullptr);
    net::async_connect(stream->tcp(), endpoints,
                       [&](const error_code& result, const tcp::endpoint&) {
                         error = result;
                         done = true;
                       });
    run(options.connect_timeout, done, error);
    if (!error) stream->tcp().set_option(tcp::no_delay(true), error);
    if (error || !url.secure()) return error;
    error = pinned ? stream->set_pinned(pinned) : stream->set_host(url.host);
    if (error) return error;
    done = false;
    stream->tls()->async_handshake(net::ssl::stream_base::client, [&](const error_code& result) {
      error = result;
      done = true;
    });
    run(options.connect_timeout, done, error);
    return error;
  }

  [[nodiscard]] std::string request(std::string_view method, std::string_view path,
                                    const HeaderList& headers, std::string_view body) const {
    std::string out;
    out.append(method).append(" ").append(path).append(" HTTP/1.1\r\n").append(fixed_headers);
    for (const auto& [name, value] : headers) out.append(name + ": " + value + "\r\n");
    if (method == "POST") {
      out.append("Content-Type: application/json\r\nContent-Length: ");
      out.append(std::to_string(body.size())).append("\r\n");
    }
    return out.append("\r\n").append(body);
  }

  /// Whether any octet of an answer has come.
  bool transfer(const std::string& text, Parser& parser, std::chrono::milliseconds timeout,
                error_code& error) {
    bool done = false;
    bool begun = false;
    stream->visit([&](auto& wire) {
      net::async_write(wire, net::buffer(text), [&](const error_code& written, std::size_t) {
        if (written) {
          error = written;
          done = true;
          return;
        }
        http::async_read(wire, buffer, parser, [&](const error_code& read, std::size_t octets) {
          error = read;
          begun = octets > 0;
          done = true;
        });
      });
    });
    run(timeout, done, error);
    return begun;
  }
};

HttpConnection::HttpConnection(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpConnection::HttpConnection(HttpConnection&&) noexcept = default;
HttpConnection& HttpConnection::operator=(HttpConnection&&) noexcept = default;
HttpConnection::~HttpConnection() = default;

Result<HttpConnection> HttpConnection::create(Url url, ConnectionOptions options) {
  if (url.web_socket()) return invalid_argument("expected an http or https URL", "url");
  const auto authorization = authorization_of(url, options.token);
  if (!authorization) return authorization.error();
  auto impl = std::make_unique<Impl>();
  if (url.secure()) {
    auto tls = make_tls_context(options.ca_file);
    if (!tls) return std::move(tls).error();
    impl->tls.emplace(std::move(*tls));
    if (!options.pinned_certificate.empty()) {
      auto pinned = read_certificate(options.pinned_certificate);
      if (!pinned) return std::move(pinned).error();
      impl->pinned = *std::move(pinned);
    }
  }
  impl->fixed_headers = "Host: " + url.authority() + "\r\nUser-Agent: kedge\r\n";
  if (!authorization->empty()) {
    impl->fixed_headers += "Authorization: " + *authorization + "\r\n";
  }
  for (const auto& [name, value] : options.headers) {
    impl->fixed_headers.append(name).append(": ").append(value).append("\r\n");
  }
  impl->url = std::move(url);
  impl->options = std::move(options);
  return HttpConnection(std::move(impl));
}

const Url& HttpConnection::url() const {
  return impl_->url;
}

bool HttpConnection::is_open() const {
  return impl_->stream.has_value();
}

void HttpConnection::close() {
  impl_->close();
}

Status HttpConnection::open() {
  if (is_open()) return {};
  impl_->buffer.clear();
  impl_->buffer.reserve(kReadSize);
  const error_code error = impl_->connect();
  if (!error) return {};
  impl_->close();
  if (!impl_->refused.empty()) {
    return Error{Errc::unauthorized, impl_->url.authority() + " leads to " + impl_->refused +
                                         ", which is not among the addresses that are allowed"};
  }
  return Error{Errc::unavailable,
               "cannot connect to " + impl_->url.authority() + ": " + error.message()};
}

Exchange HttpConnection::exchange(std::string_view method, std::string_view path,
                                  const HeaderList& headers, std::string_view body,
                                  std::chrono::milliseconds timeout) {
  const std::string text = impl_->request(method, path, headers, body);
  Parser parser;
  parser.header_limit(kMaxHeaderBytes);
  parser.body_limit(impl_->options.max_response_bytes);
  error_code error;
  const bool begun = impl_->transfer(text, parser, timeout, error);
  if (error) {
    close();
    Error failure{Errc::unavailable,
                  "no answer from " + impl_->url.authority() + ": " + error.message()};
    const bool late = error == net::error::timed_out || error == net::error::operation_aborted;
    return {std::move(failure), !begun && !late};
  }
  // Octets behind the answer belong to no request: whatever they are, they answer nothing.
  if (!parser.get().keep_alive() || impl_->buffer.size() != 0) close();
  return {to_response(parser.release()), false};
}

void HttpConnection::stop() {
  impl_->stopped = true;
  net::post(impl_->context, [] {});
}

}  // namespace kedge::rpc
