// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "rpc/answer.hpp"
#include "rpc/http.hpp"

namespace kedge::rpc {

struct ClientOptions {
  /// For connecting, and for each request from its first byte sent to its last byte received.
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds request_timeout{150'000};
  std::size_t max_response_bytes = std::size_t{256} << 20;
  std::size_t max_json_depth = 64;
  /// Sent as `Authorization: Bearer <token>` if not empty.
  std::string token = {};
  HeaderList headers = {};
  /// PEM file with the certificates to trust for https; empty: the system's.
  std::string ca_file = {};
  /// See ConnectionOptions.
  std::string pinned_certificate = {};
};

/// A blocking JSON-RPC client with keep-alive. One thread at a time. A request that fails on a
/// kept connection before any octet of an answer came is sent once more on a new one: the methods
/// that this is used with are idempotent.
class Client {
 public:
  /// `http[s]://[user:password@]host[:port][/path]`; calls go to the path (default `/rpc`).
  /// Connects at once, so that a wrong address is found early: invalid_argument for the URL,
  /// unavailable for the network.
  static Result<Client> connect(std::string_view url, ClientOptions options = {});

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// The JSON text of `result`. An error of the server becomes an Error with its message and
  /// field, code by errc_of(); `server_error()` has the rest. Anything else that goes wrong is
  /// unavailable (network, time-out, an answer that is no JSON-RPC).
  Result<std::string> call(std::string_view method, std::string_view params_json);

  /// The error of the last call, if the server answered with one.
  [[nodiscard]] const std::optional<ServerError>& server_error() const;

  /// Any status is a response. `path` begins with `/` and may have a query.
  Result<HttpResponse> get(std::string_view path, const HeaderList& headers = {});

 private:
  struct Impl;
  explicit Client(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace kedge::rpc
