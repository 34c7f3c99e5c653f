// SPDX-License-Identifier: Apache-2.0
#include "node/app/tls_files.hpp"

#include <fstream>
#include <iterator>

#include "config/secret_file.hpp"
#include "crypto/bytes.hpp"

namespace kedge::node {
namespace {

constexpr const char* kCertificateKey = "rpc.tls_certificate";
constexpr const char* kKeyKey = "rpc.tls_key";
/// A chain of certificates is a few KiB.
constexpr std::size_t kMaxCertificates = std::size_t{256} << 10;

Result<std::string> read_certificates(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(kMaxCertificates + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.empty()) return invalid_argument("cannot read " + path, kCertificateKey);
  if (text.size() > kMaxCertificates) {
    return invalid_argument(
        path + " is longer than " + std::to_string(kMaxCertificates) + " octets", kCertificateKey);
  }
  return text;
}

/// In the words of the settings.
Error in_settings(const Error& error) {
  return {error.code, error.message, error.field == "key" ? kKeyKey : kCertificateKey};
}

}  // namespace

TlsPair::~TlsPair() {
  secure_clear(key.data(), key.size());
}

Result<TlsPair> read_tls_files(const config::NetworkSettings& settings) {
  TlsPair pair;
  auto certificates = read_certificates(settings.tls_certificate);
  if (!certificates) return std::move(certificates).error();
  pair.certificates = *std::move(certificates);
  auto key = config::read_secret_file(settings.tls_key);
  if (!key) return Error{key.error().code, key.error().message, kKeyKey};
  pair.key = *std::move(key);
  return pair;
}

Result<std::shared_ptr<rpc::ServerTls>> open_tls(const config::NetworkSettings& settings) {
  if (settings.tls_certificate.empty()) return std::shared_ptr<rpc::ServerTls>();
  const auto pair = read_tls_files(settings);
  if (!pair) return pair.error();
  auto tls = rpc::ServerTls::create(pair->certificates, pair->key);
  if (!tls) return in_settings(tls.error());
  return tls;
}

Status reload_tls(const config::NetworkSettings& settings, rpc::ServerTls& tls) {
  const auto pair = read_tls_files(settings);
  if (!pair) return pair.error();
  if (Status replaced = tls.replace(pair->certificates, pair->key); !replaced) {
    return in_settings(replaced.error());
  }
  return {};
}

}  // namespace kedge::node
