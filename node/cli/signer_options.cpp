// SPDX-License-Identifier: Apache-2.0
#include "node/cli/signer_options.hpp"

#include <filesystem>

#include "node/cli/arguments.hpp"

namespace kedge::node::cli {

void SignerOptions::declare(Arguments& arguments) {
  arguments.choice("--signer", settings.signer, {"key", "keystore", "remote"},
                   "A key file, an Ethereum keystore, or eth_signTransaction");
  arguments.option("--key-file", settings.key_file, "FILE",
                   "The key or keystore; only its owner may read it");
  arguments.option("--password-file", settings.password_file, "FILE", "The keystore's password");
  arguments.option("--signer-url", settings.signer_url, "URL", "Where the remote signer is");
  arguments.option("--account", settings.account, "ADDRESS", "Whose key the remote signer uses");
}

std::string SignerOptions::to_toml() const {
  std::string out;
  const auto line = [&](const char* name, const std::string& value) {
    if (value.empty()) return;
    out += std::string(name) + " = \"";
    for (const char c : value) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += "\"\n";
  };
  line("signer", settings.signer);
  // The node may run in another directory.
  const auto path = [](const std::string& file) {
    return file.empty() ? file : std::filesystem::absolute(file).string();
  };
  line("key_file", path(settings.key_file));
  line("password_file", path(settings.password_file));
  line("signer_url", settings.signer_url);
  line("account", settings.account);
  return out;
}

}  // namespace kedge::node::cli
