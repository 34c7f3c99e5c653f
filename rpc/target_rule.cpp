// SPDX-License-Identifier: Apache-2.0
#include "rpc/target_rule.hpp"

#include <utility>
#include <vector>

namespace kedge::rpc {
namespace {

using boost::asio::ip::address;
using boost::asio::ip::address_v4;

NetworkList networks(std::vector<std::string> texts) {
  // They are ours: a mistake in them is one of the program.
  return *NetworkList::parse(texts);
}

/// Where cloud providers answer with the credentials of the machine; the usual one,
/// 169.254.169.254, is link-local.
const NetworkList& metadata() {
  static const NetworkList list =
      networks({"100.100.100.200", "168.63.129.16", "192.0.0.192", "fd00:ec2::254"});
  return list;
}

const NetworkList& private_use() {
  static const NetworkList list =
      networks({"10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                "::1/128", "fc00::/7"});
  return list;
}

/// The IPv4 special-purpose registry, multicast, what is reserved; IPv6 is handed out in 2000::/3
/// alone, and of that these are special.
const NetworkList& special() {
  static const NetworkList list =
      networks({"0.0.0.0/8",       "10.0.0.0/8",        "100.64.0.0/10",   "127.0.0.0/8",
                "169.254.0.0/16",  "172.16.0.0/12",     "192.0.0.0/24",    "192.0.2.0/24",
                "192.31.196.0/24", "192.52.193.0/24",   "192.88.99.0/24",  "192.168.0.0/16",
                "192.175.48.0/24", "198.18.0.0/15",     "198.51.100.0/24", "203.0.113.0/24",
                "224.0.0.0/4",     "240.0.0.0/4",       "2001::/23",       "2001:db8::/32",
                "2002::/16",       "2620:4f:8000::/48", "3fff::/20"});
  return list;
}

const NetworkList& unicast_v6() {
  static const NetworkList list = networks({"2000::/3"});
  return list;
}

const NetworkList& nat64() {
  static const NetworkList list = networks({"64:ff9b::/96"});
  return list;
}

/// The IPv4 address inside of an IPv6 one, where there is one that packets go to.
address inner(const address& given) {
  if (!given.is_v6()) return given;
  const auto octets = given.to_v6().to_bytes();
  if (!given.to_v6().is_v4_mapped() && !nat64().contains(given)) return given;
  return address_v4({octets[12], octets[13], octets[14], octets[15]});
}

}  // namespace

Result<TargetRule> TargetRule::create(bool allow_private, std::span<const std::string> allowed) {
  auto list = NetworkList::parse(allowed);
  if (!list) return std::move(list).error();
  TargetRule rule;
  rule.allow_private_ = allow_private;
  rule.allowed_ = *std::move(list);
  return rule;
}

bool TargetRule::allows(const address& given) const {
  const address target = inner(given);
  if (allowed_.contains(target) || allowed_.contains(given)) return true;
  if (metadata().contains(target)) return false;
  if (allow_private_ && private_use().contains(target)) return true;
  if (target.is_v6() && !unicast_v6().contains(target)) return false;
  return !special().contains(target);
}

}  // namespace kedge::rpc
