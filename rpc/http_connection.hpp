// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "rpc/http.hpp"
#include "rpc/url.hpp"

namespace kedge::rpc {

class TargetRule;

struct ConnectionOptions {
  /// For connecting, the TLS handshake included. Looking up a name comes on top: the system's
  /// resolver knows no deadline.
  std::chrono::milliseconds connect_timeout{5'000};
  std::size_t max_response_bytes = std::size_t{256} << 20;
  /// PEM file with the certificates to trust; empty: the system's.
  std::string ca_file = {};
  /// PEM: the very certificate that the server must show. If set, neither its name nor who has
  /// signed it matters: for servers of the same machine, whose certificate can be read there.
  std::string pinned_certificate = {};
  /// Sent as `Authorization: Bearer <token>` if not empty; otherwise the URL's user information
  /// is sent as Basic (RFC 7617).
  std::string token = {};
  /// Sent with every request.
  HeaderList headers = {};
  /// If set: a host is connected to only if every address that it stands for is allowed, and then
  /// at one of these very addresses (no DNS rebinding). Otherwise open() answers unauthorized.
  std::shared_ptr<const TargetRule> targets = {};
};

/// What came of one request.
struct Exchange {
  /// unavailable if no answer came.
  Result<HttpResponse> response;
  /// A kept connection ended before any octet of an answer: the server had probably closed it while
  /// it was idle. Never after a time-out.
  bool stale = false;
};

/// One HTTP/1.1 connection to one server, kept open between requests; plain or TLS 1.2 and later
/// with SNI and the host name checked. Follows no redirects. Blocking, one thread at a time, but
/// for `stop`. Errors name the host, never the rest of the URL.
class HttpConnection {
 public:
  /// invalid_argument for a token that is not printable ASCII and a CA file that cannot be read.
  static Result<HttpConnection> create(Url url, ConnectionOptions options);

  HttpConnection(HttpConnection&&) noexcept;
  HttpConnection& operator=(HttpConnection&&) noexcept;
  ~HttpConnection();

  [[nodiscard]] const Url& url() const;
  [[nodiscard]] bool is_open() const;
  /// Connects, unless it is open already. unavailable on failure, unauthorized by
  /// ConnectionOptions::targets.
  Status open();
  void close();

  /// Sends one request and reads its answer. `path` begins with `/`; a body is JSON. Precondition:
  /// is_open(). After a failure the connection is closed.
  Exchange exchange(std::string_view method, std::string_view path, const HeaderList& headers,
                    std::string_view body, std::chrono::milliseconds timeout);

  /// From any thread: ends the request that is under way and refuses all later ones.
  void stop();

 private:
  struct Impl;
  explicit HttpConnection(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kedge::rpc
