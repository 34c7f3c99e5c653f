// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "config/settings.hpp"
#include "crypto/result.hpp"
#include "rpc/server_tls.hpp"

namespace kedge::node {

/// The certificate and key files of the settings.
struct TlsPair {
  /// PEM.
  std::string certificates;
  /// PEM; cleared when it goes.
  std::string key;

  TlsPair() = default;
  TlsPair(TlsPair&&) = default;
  TlsPair& operator=(TlsPair&&) = default;
  ~TlsPair();
};

/// Reads both. The key must be readable for its owner alone (config/secret_file.hpp). Errors name
/// the setting: `rpc.tls_certificate` or `rpc.tls_key`.
Result<TlsPair> read_tls_files(const config::NetworkSettings& settings);

/// For the server to show; nullptr if the settings name no certificate.
Result<std::shared_ptr<rpc::ServerTls>> open_tls(const config::NetworkSettings& settings);

/// Reads both files anew. After an error the server goes on with what it has.
Status reload_tls(const config::NetworkSettings& settings, rpc::ServerTls& tls);

}  // namespace kedge::node
