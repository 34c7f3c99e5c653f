// SPDX-License-Identifier: Apache-2.0
#include "rpc/server_tls.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "rpc/server_stream.hpp"

namespace kedge::rpc {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr const char* kCiphers =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

/// RFC 7301 section 3.2: a client that offers protocols and not this one is told so.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size,
                    const unsigned char* offer, unsigned offered, void*) {
  constexpr std::string_view kHttp = "http/1.1";
  for (unsigned at = 0; at < offered;) {
    const unsigned length = offer[at];
    const unsigned char* name = offer + at + 1;
    if (length > offered - at - 1) break;
    if (std::equal(name, name + length, kHttp.begin(), kHttp.end())) {
      *out = name;
      *size = static_cast<unsigned char>(length);
      return SSL_TLSEXT_ERR_OK;
    }
    at += length + 1;
  }
  return SSL_TLSEXT_ERR_ALERT_FATAL;
}

Error refused(const char* field, const std::string& message) {
  return invalid_argument(message, field);
}

/// Whether the certificate that is shown holds now.
Status check_dates(SSL_CTX* context) {
  const X509* certificate = SSL_CTX_get0_certificate(context);
  if (certificate == nullptr) return refused("certificate", "expected a certificate");
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) <= 0) {
    return refused("certificate", "the certificate has expired");
  }
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) >= 0) {
    return refused("certificate", "the certificate is not valid yet");
  }
  return {};
}

Status configure(ssl::context& context) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                      ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1 |
                      ssl::context::no_compression);
  SSL_CTX* const native = context.native_handle();
  SSL_CTX_set_options(
      native, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // A connection that rests gives its buffers back; tickets make resuming cost no memory here.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  if (SSL_CTX_set_cipher_list(native, kCiphers) != 1) {
    return Error{Errc::crypto, "the library knows none of the cipher suites"};
  }
  return {};
}

Result<std::shared_ptr<ServerTls::Context>> make_context(std::string_view certificates,
                                                         std::string_view key) {
  auto made = std::make_shared<ServerTls::Context>();
  if (Status done = configure(made->ssl); !done) return done.error();
  error_code error;
  made->ssl.use_certificate_chain(boost::asio::buffer(certificates), error);
  if (error) return refused("certificate", "expected certificates in PEM: " + error.message());
  // Without this the library would ask for a password on the terminal.
  made->ssl.set_password_callback(
      [](std::size_t, ssl::context::password_purpose) { return std::string(); }, error);
  made->ssl.use_private_key(boost::asio::buffer(key), ssl::context::pem, error);
  if (error) {
    return refused("key", "expected the certificate's private key in PEM without a password: " +
                              error.message());
  }
  if (SSL_CTX_check_private_key(made->ssl.native_handle()) != 1) {
    return refused("key", "expected the key of the certificate");
  }
  if (Status good = check_dates(made->ssl.native_handle()); !good) return good.error();
  return made;
}

}  // namespace

Result<std::shared_ptr<ServerTls>> ServerTls::create(std::string_view certificates,
                                                     std::string_view key) {
  std::shared_ptr<ServerTls> made(new ServerTls);
  if (Status done = made->replace(certificates, key); !done) return done.error();
  return made;
}

Status ServerTls::replace(std::string_view certificates, std::string_view key) {
  auto made = make_context(certificates, key);
  if (!made) return std::move(made).error();
  const std::lock_guard lock(mutex_);
  context_ = *std::move(made);
  return {};
}

std::shared_ptr<ServerTls::Context> ServerTls::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

}  // namespace kedge::rpc
