// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwt_authority.hpp"

#include <cstring>
#include <utility>

#include "crypto/sha256.hpp"

namespace kedge::node {

std::size_t JwtAuthority::HashKey::operator()(const Hash& hash) const noexcept {
  std::size_t key = 0;
  std::memcpy(&key, hash.data(), sizeof key);
  return key;
}

JwtAuthority::JwtAuthority(const KeySource& keys, JwtRules rules)
    : keys_(keys), rules_(std::move(rules)) {}

Result<rpc::Caller> JwtAuthority::check(std::string_view token, std::uint64_t now_ms) const {
  if (token.size() > kMaxJwtBytes) return Error{Errc::unauthorized, "access token: too long"};
  const auto keys = keys_.keys();
  if (!keys) return keys.error();
  const Hash hash = crypto::sha256(as_bytes(token));
  // Another octet than the first ones, which choose within a shard.
  Shard& shard = shards_[hash.back() % kShards];
  {
    const std::lock_guard lock(shard.mutex);
    const auto known = shard.known.find(hash);
    if (known != shard.known.end() && known->second.generation == (*keys)->generation &&
        now_ms >= known->second.token.from_ms && now_ms < known->second.token.until_ms) {
      return known->second.token.caller;
    }
  }
  auto checked = check_access_token(token, (*keys)->set, rules_, now_ms);
  if (!checked) {
    if (checked.error().code != Errc::not_found) return std::move(checked).error();
    keys_.want_newer();
    return Error{Errc::unauthorized, "access token: " + checked.error().message};
  }
  rpc::Caller caller = checked->caller;
  remember(shard, hash, {*std::move(checked), (*keys)->generation}, now_ms);
  return caller;
}

void JwtAuthority::remember(Shard& shard, const Hash& hash, Known known,
                            std::uint64_t now_ms) const {
  const std::lock_guard lock(shard.mutex);
  if (shard.known.size() >= kMaxRemembered / kShards) {
    std::erase_if(shard.known,
                  [&](const auto& each) { return each.second.token.until_ms <= now_ms; });
  }
  // Those that are left are all good: any of them may go, because it can be checked again.
  if (shard.known.size() >= kMaxRemembered / kShards) shard.known.erase(shard.known.begin());
  shard.known.insert_or_assign(hash, std::move(known));
}

std::size_t JwtAuthority::remembered() const {
  std::size_t count = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    count += shard.known.size();
  }
  return count;
}

}  // namespace kedge::node
