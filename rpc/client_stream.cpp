// SPDX-License-Identifier: Apache-2.0
#include "rpc/client_stream.hpp"

#include <algorithm>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>

#include "crypto/base64.hpp"

namespace kedge::rpc {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

Result<ssl::context> make_tls_context(const std::string& ca_file) {
  ssl::context context(ssl::context::tls_client);
  context.set_options(ssl::context::default_workarounds | ssl::context::no_sslv2 |
                      ssl::context::no_sslv3 | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1);
  context.set_verify_mode(ssl::verify_peer);
  error_code error;
  if (ca_file.empty()) {
    context.set_default_verify_paths(error);
  } else {
    context.load_verify_file(ca_file, error);
  }
  if (error) {
    return invalid_argument("expected a PEM file of certificates: " + error.message(), "ca_file");
  }
  return context;
}

Result<std::string> authorization_of(const Url& url, const std::string& token) {
  const auto bad = [](char c) { return c < ' ' || c > '~'; };
  if (std::ranges::any_of(token, bad)) {
    return invalid_argument("expected a token of printable ASCII", "token");
  }
  if (!token.empty()) return "Bearer " + token;
  if (url.user_info.empty()) return std::string();
  return "Basic " + crypto::base64_encode(as_bytes(url.user_info));
}

ClientStream::ClientStream(boost::asio::io_context& context, const Url& url, ssl::context* tls) {
  if (url.secure()) {
    tls_.emplace(context, *tls);
  } else {
    plain_.emplace(context);
  }
}

Result<PinnedCertificate> read_certificate(std::string_view pem) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(pem.data(), static_cast<int>(std::min<std::size_t>(pem.size(), 1U << 20U))),
      &BIO_free);
  X509* certificate = PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr);
  if (certificate == nullptr) return invalid_argument("expected a certificate in PEM");
  return PinnedCertificate(certificate, &X509_free);
}

error_code ClientStream::set_pinned(const PinnedCertificate& certificate) {
  error_code error;
  tls_->set_verify_callback(
      [certificate](bool, ssl::verify_context& context) {
        // Those above it do not matter.
        X509_STORE_CTX* const store = context.native_handle();
        if (X509_STORE_CTX_get_error_depth(store) != 0) return true;
        return X509_cmp(X509_STORE_CTX_get_current_cert(store), certificate.get()) == 0;
      },
      error);
  return error;
}

error_code ClientStream::set_host(const std::string& host) {
  error_code error;
  tls_->set_verify_callback(ssl::host_name_verification(host), error);
  if (error) return error;
  error_code no_address;
  boost::asio::ip::make_address(host, no_address);
  if (!no_address) return {};
  // What the macro SSL_set_tlsext_host_name stands for, without its cast.
  std::string name = host;
  if (SSL_ctrl(tls_->native_handle(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
               name.data()) != 1) {
    return {boost::asio::error::invalid_argument};
  }
  return {};
}

}  // namespace kedge::rpc
