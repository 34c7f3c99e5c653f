// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::rpc {

/// The certificate and key that a server shows. Can be exchanged while it serves: connections that
/// are open keep what they began with, later ones get the new pair. TLS 1.2 and 1.3, forward
/// secrecy and authenticated encryption only, no renegotiation, no compression; ALPN `http/1.1`
/// (RFC 7301). Thread-safe.
class ServerTls {
 public:
  /// Of OpenSSL; rpc/server_stream.hpp knows it.
  struct Context;

  /// `certificates`: PEM, the server's own first, then those that lead to its authority.
  /// `key`: PEM, without a password. invalid_argument (field `certificate` or `key`) for what
  /// cannot be read, a key of another certificate, and a certificate that is not valid now.
  static Result<std::shared_ptr<ServerTls>> create(std::string_view certificates,
                                                   std::string_view key);

  /// The same for a new pair. After an error the old one stays.
  Status replace(std::string_view certificates, std::string_view key);

  /// What a new connection is to use.
  [[nodiscard]] std::shared_ptr<Context> current() const;

 private:
  ServerTls() = default;

  mutable std::mutex mutex_;
  std::shared_ptr<Context> context_;
};

}  // namespace kedge::rpc
