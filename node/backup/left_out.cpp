// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/backup/make_backup.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;

bool is_inside(const fs::path& path, const fs::path& folder) {
  std::error_code failed;
  const fs::path inner = fs::weakly_canonical(path, failed);
  const fs::path outer = fs::weakly_canonical(folder, failed);
  return std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end()).first == outer.end();
}

}  // namespace

std::vector<LeftOut> left_out_files(const config::Settings& settings) {
  std::vector<LeftOut> out;
  const auto look = [&](const std::string& setting, const std::string& path) {
    if (!path.empty() && !is_inside(path, settings.data_dir)) out.push_back({setting, path});
  };
  look("rpc.tls_certificate", settings.network.tls_certificate);
  look("rpc.tls_key", settings.network.tls_key);
  look("access.jwks_file", settings.access.jwks_file);
  look("access.jwks_ca_file", settings.access.jwks_ca_file);
  for (std::size_t i = 0; i < settings.ledgers.size(); ++i) {
    const std::string table = "ledger[" + std::to_string(i) + "].";
    const config::EvmLedgerSettings& evm = settings.ledgers[i].evm;
    look(table + "ca_file", evm.ca_file);
    look(table + "token_file", evm.token_file);
    look(table + "key_file", evm.key_file);
    look(table + "password_file", evm.password_file);
  }
  for (std::size_t i = 0; i < settings.webhook.size(); ++i) {
    const std::string table = "webhook[" + std::to_string(i) + "].";
    look(table + "secret_file", settings.webhook[i].secret_file);
    look(table + "ca_file", settings.webhook[i].ca_file);
  }
  return out;
}

}  // namespace kedge::node
