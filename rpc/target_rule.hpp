// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include <boost/asio/ip/address.hpp>

#include "crypto/result.hpp"
#include "rpc/client_address.hpp"

namespace kedge::rpc {

/// Where connections may lead whose addresses somebody else has named, so that nobody reaches
/// through the node what only the node can reach (OWASP API7, server-side request forgery). To be
/// asked about the address that is then connected to: what a name stands for may be another
/// address a moment later.
class TargetRule {
 public:
  /// Public addresses alone.
  TargetRule() = default;

  /// Besides, with `allow_private`: loopback (127.0.0.0/8, ::1), private use (RFC 1918, RFC 6598)
  /// and unique local addresses (RFC 4193), but for those of cloud metadata services; and the
  /// networks of `allowed`, whatever they are. invalid_argument names what is no network.
  static Result<TargetRule> create(bool allow_private, std::span<const std::string> allowed);

  /// Whether it is globally reachable unicast (the special-purpose registries of RFC 6890), or
  /// among what is allowed besides. IPv4 inside of IPv6 (mapped, NAT64 as in RFC 6052) is looked at
  /// as IPv4; 6to4 and Teredo are refused.
  [[nodiscard]] bool allows(const boost::asio::ip::address& address) const;

 private:
  bool allow_private_ = false;
  NetworkList allowed_;
};

}  // namespace kedge::rpc
