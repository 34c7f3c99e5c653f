// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/client_address.hpp"

namespace kedge::rpc {

/// A token bucket: `burst` items at once, then `rate` a second.
struct RateLimit {
  /// 0: no limit.
  std::uint64_t rate = 0;
  /// A call that costs more is let through when the bucket is full, and leaves a debt.
  std::uint64_t burst = 0;
};

/// At most this many items are charged at once, and a limit is no greater.
inline constexpr std::uint64_t kMaxRate = 1'000'000'000;

/// What came of taking items from a bucket.
struct Charge {
  /// False: nothing was taken.
  bool passed = true;
  /// Whole items that are left.
  std::uint64_t remaining = 0;
  /// Seconds until the bucket is full again, rounded up.
  std::uint64_t full_in = 0;
  /// Seconds after which the same would pass, rounded up; 0 if it has.
  std::uint64_t retry_after = 0;
  /// `"name";q=<burst>;w=<seconds>`, and the name; both of the RateLimiter.
  std::string_view policy = {};
  std::string_view name = {};
};

/// Buckets of many clients in a fixed amount of memory. A bucket that is full needs no memory, so
/// it gives way to another; where none of the eight that a client may have is full, the fullest
/// gives way. Thread-safe.
class RateTable {
 public:
  using Clock = std::chrono::steady_clock;

  /// `entries` is rounded up to a multiple of eight; 16 octets each. `seed` keeps clients from
  /// knowing who shares their place.
  RateTable(RateLimit limit, std::size_t entries, std::uint64_t seed);

  /// With 0 items takes nothing, and passes if at least one would.
  Charge charge(std::uint64_t client, std::uint64_t items, Clock::time_point now);

 private:
  static constexpr std::size_t kWays = 8;
  static constexpr std::size_t kLocks = 64;

  /// The bucket as the time at which it will be full (the generic cell rate algorithm of ITU-T
  /// I.371): one number says all.
  struct Slot {
    std::uint64_t client = 0;
    std::int64_t full_at = 0;
  };
  using Set = std::array<Slot, kWays>;

  static Slot& find(Set& set, std::uint64_t client, std::int64_t now);

  const RateLimit limit_;
  const std::uint64_t seed_;
  /// Nanoseconds from empty to full.
  const std::int64_t span_;
  std::vector<Set> sets_;
  std::array<std::mutex, kLocks> locks_;
};

struct RateOptions {
  /// Of one client_key, for whoever shows no credentials or wrong ones.
  RateLimit client = {};
  /// Of one identity that the Authorizer has found, from wherever it calls.
  RateLimit token = {};
  /// Who is not limited at all.
  NetworkList exempt = {};
  ProxyOptions proxies = {};
  /// Clients and identities that are remembered at one time, each.
  std::size_t entries = 65'536;
};

/// Who pays for a request, as far as the connection tells.
struct Payer {
  std::uint64_t client = 0;
  bool exempt = true;
};

/// Who may ask for how much. Counted are items: what a call costs is the method's to say
/// (Method::cost), everything else costs 1. Thread-safe.
class RateLimiter {
 public:
  explicit RateLimiter(RateOptions options);

  /// Whether `peer` is a trusted proxy.
  [[nodiscard]] bool trusts(const boost::asio::ip::address& peer) const {
    return options_.proxies.trusted.contains(peer);
  }
  /// `headers` may be empty where `peer` is no trusted proxy.
  [[nodiscard]] Payer payer(const boost::asio::ip::address& peer, const HeaderList& headers) const;

  /// From the bucket of the client. Passes for whoever is exempt.
  Charge charge(const Payer& payer, std::uint64_t items);
  /// From the bucket of an identity.
  Charge charge_token(std::string_view identity, std::uint64_t items);

 private:
  RateOptions options_;
  std::string client_policy_;
  std::string token_policy_;
  RateTable clients_;
  RateTable tokens_;
};

/// Appends `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10, sections 3
/// and 4), each line with CRLF before it; nothing if the charge is under no policy.
void append_rate_fields(std::string& out, const Charge& charge);

}  // namespace kedge::rpc
