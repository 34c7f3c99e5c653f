// SPDX-License-Identifier: Apache-2.0
#include "rpc/rate_limiter.hpp"

#include <algorithm>
#include <functional>

#include "crypto/random.hpp"

namespace kedge::rpc {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::string_view kClientPolicy = "client";
constexpr std::string_view kTokenPolicy = "token";

RateLimit bounded(RateLimit limit) {
  limit.rate = std::min(limit.rate, kMaxRate);
  limit.burst = std::clamp<std::uint64_t>(limit.burst, 1, kMaxRate);
  return limit;
}

/// Nanoseconds in which `items` flow in.
std::int64_t time_of(std::uint64_t items, std::uint64_t rate) {
  const std::uint64_t counted = std::min(items, kMaxRate);
  return static_cast<std::int64_t>(counted * static_cast<std::uint64_t>(kSecond) / rate);
}

std::uint64_t whole_seconds(std::int64_t nanoseconds) {
  return static_cast<std::uint64_t>((std::max<std::int64_t>(nanoseconds, 0) + kSecond - 1) /
                                    kSecond);
}

/// The finaliser of SplitMix64: every bit of the input changes half of the output.
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58'476d'1ce4'e5b9;
  value = (value ^ (value >> 27)) * 0x94d0'49bb'1331'11eb;
  return value ^ (value >> 31);
}

std::uint64_t random_seed() {
  std::array<std::uint8_t, 8> octets{};
  crypto::random_bytes(octets);
  std::uint64_t seed = 0;
  for (const std::uint8_t octet : octets) seed = seed << 8 | octet;
  return seed;
}

std::string policy_of(std::string_view name, RateLimit limit) {
  if (limit.rate == 0) return {};
  limit = bounded(limit);
  const std::uint64_t window = whole_seconds(time_of(limit.burst, limit.rate));
  return "\"" + std::string(name) + "\";q=" + std::to_string(limit.burst) +
         ";w=" + std::to_string(std::max<std::uint64_t>(window, 1));
}

}  // namespace

RateTable::RateTable(RateLimit limit, std::size_t entries, std::uint64_t seed)
    : limit_(bounded(limit)),
      seed_(seed),
      span_(limit_.rate == 0 ? 0 : time_of(limit_.burst, limit_.rate)),
      sets_(limit_.rate == 0 ? 0 : std::max<std::size_t>((entries + kWays - 1) / kWays, 1)) {}

RateTable::Slot& RateTable::find(Set& set, std::uint64_t client, std::int64_t now) {
  Slot* fullest = &set.front();
  for (Slot& slot : set) {
    if (slot.client == client) return slot;
    if (slot.full_at < fullest->full_at) fullest = &slot;
  }
  *fullest = {client, now};
  return *fullest;
}

Charge RateTable::charge(std::uint64_t client, std::uint64_t items, Clock::time_point time) {
  if (limit_.rate == 0) return {};
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
  const std::uint64_t place = mix(client ^ seed_);
  const std::size_t index = place % sets_.size();
  const std::int64_t cost = time_of(std::max<std::uint64_t>(items, 1), limit_.rate);

  const std::lock_guard lock(locks_[index % kLocks]);
  // The mixed number stands for the client: to meet another's, one would have to know the seed.
  Slot& slot = find(sets_[index], place, now);
  const std::int64_t before = std::max(slot.full_at, now);
  Charge out;
  out.passed = before == now || before + cost - now <= span_;
  if (out.passed && items != 0) slot.full_at = before + cost;
  if (!out.passed) {
    const std::int64_t wait = std::min(before + cost - span_, before) - now;
    out.retry_after = std::max<std::uint64_t>(whole_seconds(wait), 1);
  }
  const std::int64_t missing = std::max(slot.full_at, now) - now;
  out.full_in = whole_seconds(missing);
  if (missing < span_) {
    out.remaining = static_cast<std::uint64_t>(static_cast<double>(span_ - missing) *
                                               static_cast<double>(limit_.rate) / kSecond);
  }
  return out;
}

RateLimiter::RateLimiter(RateOptions options)
    : options_(std::move(options)),
      client_policy_(policy_of(kClientPolicy, options_.client)),
      token_policy_(policy_of(kTokenPolicy, options_.token)),
      clients_(options_.client, options_.entries, random_seed()),
      tokens_(options_.token, options_.entries, random_seed()) {}

Payer RateLimiter::payer(const boost::asio::ip::address& peer, const HeaderList& headers) const {
  if (options_.client.rate == 0 && options_.token.rate == 0) return {};
  const ProxyOptions& proxies = options_.proxies;
  const boost::asio::ip::address client = client_behind(peer, headers, proxies);
  // Whoever makes the field unreadable is taken for the proxy, and must gain nothing by it.
  const bool unreadable = proxies.trusted.contains(client) &&
                          find_header(headers, field_name(proxies.field)).has_value();
  return {client_key(client), !unreadable && options_.exempt.contains(client)};
}

Charge RateLimiter::charge(const Payer& payer, std::uint64_t items) {
  if (payer.exempt) return {};
  Charge out = clients_.charge(payer.client, items, RateTable::Clock::now());
  out.policy = client_policy_;
  out.name = kClientPolicy;
  return out;
}

Charge RateLimiter::charge_token(std::string_view identity, std::uint64_t items) {
  Charge out =
      tokens_.charge(std::hash<std::string_view>()(identity), items, RateTable::Clock::now());
  out.policy = token_policy_;
  out.name = kTokenPolicy;
  return out;
}

void append_rate_fields(std::string& out, const Charge& charge) {
  if (charge.policy.empty()) return;
  out.append("\r\nRateLimit-Policy: ").append(charge.policy);
  out.append("\r\nRateLimit: \"").append(charge.name);
  out.append("\";r=").append(std::to_string(charge.remaining));
  out.append(";t=").append(std::to_string(charge.full_in));
}

}  // namespace kedge::rpc
