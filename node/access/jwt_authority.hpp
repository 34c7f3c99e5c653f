// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string_view>
#include <unordered_map>

#include "node/access/jwt_rules.hpp"
#include "node/access/key_source.hpp"

namespace kedge::node {

/// Checks JWT access tokens with the keys of their server, and remembers those that have verified,
/// by SHA-256 of their text, so that a signature is checked once. Thread-safe.
class JwtAuthority {
 public:
  /// Tokens that are remembered at most.
  static constexpr std::size_t kMaxRemembered = 4'096;

  /// `keys` must outlive it.
  JwtAuthority(const KeySource& keys, JwtRules rules);

  /// Who shows this text. unauthorized, with why, for the record alone; unavailable while the keys
  /// are not known. A token whose key is not in the set asks for a newer set and is refused.
  [[nodiscard]] Result<rpc::Caller> check(std::string_view token, std::uint64_t now_ms) const;

  /// How many are remembered now.
  [[nodiscard]] std::size_t remembered() const;

 private:
  struct Known {
    AccessToken token;
    /// KeySource::Keys::generation with which it verified.
    std::uint64_t generation = 0;
  };
  struct HashKey {
    std::size_t operator()(const Hash& hash) const noexcept;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<Hash, Known, HashKey> known;
  };
  static constexpr std::size_t kShards = 16;

  void remember(Shard& shard, const Hash& hash, Known known, std::uint64_t now_ms) const;

  const KeySource& keys_;
  const JwtRules rules_;
  mutable std::array<Shard, kShards> shards_;
};

}  // namespace kedge::node
