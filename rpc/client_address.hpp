// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "crypto/result.hpp"
#include "rpc/http.hpp"

namespace kedge::rpc {

/// Who a client is as far as bounds are concerned: an IPv4 address, or an IPv6 network of 64 bits,
/// which is what one subscriber has (RFC 6177). An IPv4-mapped address is the IPv4 address.
std::uint64_t client_key(const boost::asio::ip::address& address);

/// A set of networks, such as `10.0.0.0/8`, `2001:db8::/32`, or a single address.
class NetworkList {
 public:
  NetworkList() = default;

  /// invalid_argument names the first that is no network: a prefix length out of range, bits set
  /// behind the prefix, a name.
  static Result<NetworkList> parse(std::span<const std::string> networks);

  /// An IPv4-mapped address is looked for as the IPv4 address.
  [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;
  [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    boost::asio::ip::address first;
    unsigned bits = 0;
  };

  std::vector<Network> networks_;
};

/// The field in which our proxies say whom they speak for. One is configured and the other is not
/// looked at: a proxy that writes one of them passes on whatever the client has put into the other.
enum class ForwardedField : std::uint8_t {
  /// `X-Forwarded-For: client, proxy, proxy`.
  x_forwarded_for,
  /// RFC 7239: `Forwarded: for=client, for=proxy`.
  forwarded,
};

std::string_view field_name(ForwardedField field);

struct ProxyOptions {
  /// Whose word is taken about whom they speak for; nobody's if it is empty.
  NetworkList trusted = {};
  ForwardedField field = ForwardedField::x_forwarded_for;
};

/// The client behind `peer`: `peer` itself unless that is a trusted proxy; else the right-most
/// address of the field that is none. What stands to the left of it was written by strangers and is
/// not read. Where the field ends, or has something that is no address, it is the last proxy.
boost::asio::ip::address client_behind(const boost::asio::ip::address& peer,
                                       const HeaderList& headers, const ProxyOptions& proxies);

}  // namespace kedge::rpc
