// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "node/access/chain_file.hpp"
#include "node/access/snapshot.hpp"
#include "node/access/token_row.hpp"

namespace kedge::node {

/// No node gives out more tokens, expired and revoked ones among them: all are held in memory.
inline constexpr std::size_t kMaxTokens = 100'000;

/// What a token is to allow.
struct TokenRequest {
  /// Whom its bearer writes for.
  std::string issuer;
  rpc::Scopes scopes = 0;
  std::string label;
  std::optional<std::uint64_t> expires_ms = {};
};

struct IssuedToken {
  /// Shown to its owner, once; kept nowhere.
  std::string text;
  TokenRow row;
};

/// The API tokens of a node: by their hashes in an append-only file of the data directory, and in
/// memory. What was acknowledged outlives a crash: tokens and revocations are on stable storage
/// before anybody is told. Thread-safe; checking takes no lock.
class TokenStore {
 public:
  /// Reads the file, or makes it. corrupt if it contradicts itself: then nobody knows who was
  /// revoked, and no node should start.
  static Result<std::unique_ptr<TokenStore>> open(const std::filesystem::path& file);

  /// A new token. invalid_argument names the field; too_busy at kMaxTokens; storage: it was not
  /// given out, and no other will be until the node is started again.
  Result<IssuedToken> issue(const TokenRequest& request, std::uint64_t now_ms);

  /// Ends a token, at once and for ever. Idempotent: the first time stays. not_found (field `id`)
  /// if there is none of that name; storage: it is refused from now on, but whether it is after the
  /// next start is not known.
  Result<TokenRow> revoke(std::string_view id, std::uint64_t now_ms);

  /// By the time at which they were made; of one issuer, or of all if it is empty.
  [[nodiscard]] std::vector<TokenRow> list(std::string_view issuer = {}) const;

  /// Who shows this text. unauthorized if it is no token (token_text.hpp), unknown, expired or
  /// revoked; the message says which, for the record alone.
  [[nodiscard]] Result<rpc::Caller> check(std::string_view text, std::uint64_t now_ms) const;

 private:
  /// The hashes are uniform; which of them are known is no secret that time could tell, because
  /// nobody can choose the hash of what is shown.
  struct HashKey {
    std::size_t operator()(const Hash& hash) const noexcept;
  };
  using Table = std::unordered_map<Hash, std::shared_ptr<const TokenRow>, HashKey>;

  explicit TokenStore(ChainFile file, Table table, std::vector<Hash> order);

  static Status replay(std::string_view body, Table& table, std::vector<Hash>& order);

  mutable std::mutex mutex_;
  ChainFile file_;
  /// In the order in which they were made.
  std::vector<Hash> order_;
  /// Revoked in memory, and not known to be on stable storage.
  std::set<Hash> unwritten_;
  Snapshot<Table> table_;
};

}  // namespace kedge::node
