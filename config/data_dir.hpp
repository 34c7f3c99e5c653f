// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace kedge::config {

/// Where things are in a data directory. Names only; nothing here touches the disk.
class DataDir {
 public:
  explicit DataDir(std::filesystem::path root) : root_(std::move(root)) {}

  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  /// Settings that `kedge init` fixed; read when no other file is named.
  [[nodiscard]] std::filesystem::path settings() const { return root_ / "kedge.toml"; }
  /// The database.
  [[nodiscard]] std::filesystem::path store() const { return root_ / "store"; }
  /// The store as of one moment, while a backup is made.
  [[nodiscard]] std::filesystem::path store_snapshot() const { return root_ / "store.snapshot"; }
  /// What `kedge restore` has not put into its place yet; no node starts while it is there.
  [[nodiscard]] std::filesystem::path restoring() const { return root_ / "restoring"; }
  [[nodiscard]] std::filesystem::path keys() const { return root_ / "keys"; }
  /// The secret key that signs checkpoints; mode 0600.
  [[nodiscard]] std::filesystem::path log_key() const { return keys() / "log.key"; }
  /// The secret key that signs an issuer's published status lists; mode 0600. `issuer_hash` in hex.
  [[nodiscard]] std::filesystem::path list_key(const std::string& issuer_hash) const {
    return keys() / ("lists-" + issuer_hash + ".key");
  }
  /// The public half, as C2SP verifier key text; to be given away.
  [[nodiscard]] std::filesystem::path log_vkey() const { return root_ / "log.vkey"; }
  [[nodiscard]] std::filesystem::path ledgers() const { return root_ / "ledger"; }
  /// The embedded ledger: signed checkpoints, append-only.
  [[nodiscard]] std::filesystem::path embedded_ledger() const { return ledgers() / "embedded.log"; }
  /// Who may do what, and what was done; mode 0700.
  [[nodiscard]] std::filesystem::path access() const { return root_ / "access"; }
  /// API tokens by their hashes, issued and revoked; append-only.
  [[nodiscard]] std::filesystem::path tokens() const { return access() / "tokens.log"; }
  /// The record of writes and refusals; append-only.
  [[nodiscard]] std::filesystem::path record() const { return access() / "record.log"; }
  /// What webhooks have been told so far; mode 0700.
  [[nodiscard]] std::filesystem::path webhooks() const { return root_ / "webhooks"; }
  [[nodiscard]] std::filesystem::path webhook_state() const { return webhooks() / "state.json"; }
  /// What a local writer shows; new at each start, gone after a clean stop; mode 0600.
  [[nodiscard]] std::filesystem::path cookie() const { return root_ / "cookie"; }
  /// The URL at which the running node serves, so that commands find it; gone after a clean stop.
  [[nodiscard]] std::filesystem::path address() const { return root_ / "address"; }
  /// Held (flock) by the one process that may write here.
  [[nodiscard]] std::filesystem::path lock() const { return root_ / "lock"; }

 private:
  std::filesystem::path root_;
};

}  // namespace kedge::config
