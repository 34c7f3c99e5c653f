// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace kedge::rpc::test {

/// A key and a certificate for one host name or address, signed by the key itself, as PEM.
struct Certificate {
  std::string key;
  std::string certificate;

  /// Valid between two moments, in seconds from now.
  explicit Certificate(const std::string& alternative_name, long from = -3600, long until = 3600) {
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> pair(EVP_EC_gen("P-256"),
                                                                   &EVP_PKEY_free);
    const std::unique_ptr<X509, decltype(&X509_free)> x509(X509_new(), &X509_free);
    X509_set_version(x509.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x509.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(x509.get()), until);
    X509_set_pubkey(x509.get(), pair.get());
    X509_NAME* name = X509_get_subject_name(x509.get());
    // Of its own, so that a store can tell several apart.
    static std::atomic<int> made = 0;
    const std::string common = "test " + std::to_string(++made);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(common.c_str()), -1, -1, 0);
    X509_set_issuer_name(x509.get(), name);
    X509_EXTENSION* extension =
        X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, alternative_name.c_str());
    X509_add_ext(x509.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(x509.get(), pair.get(), EVP_sha256());
    key = pem([&](BIO* out) {
      PEM_write_bio_PrivateKey(out, pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
    certificate = pem([&](BIO* out) { PEM_write_bio_X509(out, x509.get()); });
  }

 private:
  template <class Write>
  static std::string pem(Write write) {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    write(out.get());
    char* data = nullptr;
    const long size = BIO_get_mem_data(out.get(), &data);
    return {data, static_cast<std::size_t>(size)};
  }
};

/// Answers every connection over TLS with the same text, and remembers the name that was asked for.
class TlsServer {
 public:
  TlsServer(const Certificate& certificate, std::string text, bool only_old = false)
      : tls_(boost::asio::ssl::context::tls_server),
        acceptor_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        text_(std::move(text)) {
    tls_.use_certificate(boost::asio::buffer(certificate.certificate),
                         boost::asio::ssl::context::pem);
    tls_.use_private_key(boost::asio::buffer(certificate.key), boost::asio::ssl::context::pem);
    if (only_old) {
      SSL_CTX_set_security_level(tls_.native_handle(), 0);
      SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_VERSION);
      SSL_CTX_set_max_proto_version(tls_.native_handle(), TLS1_1_VERSION);
    }
    thread_ = std::jthread([this] { run(); });
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  ~TlsServer() {
    ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
    thread_.join();
  }

  [[nodiscard]] std::string port() const {
    return std::to_string(acceptor_.local_endpoint().port());
  }
  /// Valid once a request has been answered.
  [[nodiscard]] std::string asked_for() const {
    const std::lock_guard lock(mutex_);
    return asked_for_;
  }

 private:
  void run() {
    for (;;) {
      boost::system::error_code error;
      boost::asio::ip::tcp::socket socket(context_);
      acceptor_.accept(socket, error);
      if (error) return;
      boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(std::move(socket), tls_);
      stream.handshake(boost::asio::ssl::stream_base::server, error);
      if (error) continue;
      const char* name = SSL_get_servername(stream.native_handle(), TLSEXT_NAMETYPE_host_name);
      {
        const std::lock_guard lock(mutex_);
        asked_for_ = name != nullptr ? name : "";
      }
      std::string request;
      boost::asio::read_until(stream, boost::asio::dynamic_buffer(request), "\r\n\r\n", error);
      boost::asio::write(stream, boost::asio::buffer(text_), error);
    }
  }

  boost::asio::io_context context_;
  boost::asio::ssl::context tls_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::string text_;
  mutable std::mutex mutex_;
  std::string asked_for_;
  std::jthread thread_;
};

}  // namespace kedge::rpc::test
