// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "crypto/result.hpp"
#include "rpc/url.hpp"

namespace kedge::rpc {

/// TLS 1.2 and later, the peer's certificate verified against `ca_file`, or the system's store if
/// that is empty. invalid_argument if the file cannot be read.
Result<boost::asio::ssl::context> make_tls_context(const std::string& ca_file);

/// A certificate that is known beforehand.
using PinnedCertificate = std::shared_ptr<X509>;

/// The first certificate of a PEM text; invalid_argument if there is none.
Result<PinnedCertificate> read_certificate(std::string_view pem);

/// The value of the field Authorization: the token as Bearer, else the URL's user information as
/// Basic (RFC 7617); empty without either. invalid_argument for a token that is not printable
/// ASCII.
Result<std::string> authorization_of(const Url& url, const std::string& token);

/// A TCP connection, with TLS on top where the URL says so.
class ClientStream {
 public:
  using Tcp = boost::asio::ip::tcp::socket;
  using Tls = boost::asio::ssl::stream<Tcp>;

  /// `tls` only for a secure URL; must outlive the stream.
  ClientStream(boost::asio::io_context& context, const Url& url, boost::asio::ssl::context* tls);

  /// Sets the name that the server must show (RFC 6125), also as SNI (RFC 6066 section 3) unless
  /// it is a numeric address.
  boost::system::error_code set_host(const std::string& host);

  /// Instead: believes whoever shows exactly this certificate, whatever names are in it and
  /// whoever has signed it.
  boost::system::error_code set_pinned(const PinnedCertificate& certificate);

  Tcp& tcp() { return tls_ ? tls_->next_layer() : *plain_; }
  Tls* tls() { return tls_ ? &*tls_ : nullptr; }

  /// Calls `use` with the stream that carries the data.
  template <class Use>
  void visit(Use&& use) {
    if (tls_) {
      use(*tls_);
    } else {
      use(*plain_);
    }
  }

 private:
  std::optional<Tcp> plain_;
  std::optional<Tls> tls_;
};

}  // namespace kedge::rpc
