// SPDX-License-Identifier: Apache-2.0
#include "rpc/address_count.hpp"

namespace kedge::rpc {
namespace {

/// IPv4 addresses stand in ffff::/16, where no IPv6 client can be (RFC 4291 section 2.7).
std::uint64_t key_of(const boost::asio::ip::address& address) {
  constexpr std::uint64_t kMulticast = std::uint64_t{0xffff} << 48;
  if (address.is_v4()) return kMulticast | address.to_v4().to_uint();
  const auto v6 = address.to_v6();
  const auto octets = v6.to_bytes();
  std::uint64_t key = 0;
  if (v6.is_v4_mapped()) {
    for (std::size_t i = 12; i < 16; ++i) key = key << 8 | octets[i];
    return kMulticast | key;
  }
  for (std::size_t i = 0; i < 8; ++i) key = key << 8 | octets[i];
  return key;
}

}  // namespace

bool AddressCount::enter(const boost::asio::ip::address& address, Place& place) {
  if (max_ == 0) return true;
  const std::uint64_t key = key_of(address);
  {
    const std::lock_guard lock(mutex_);
    std::size_t& count = counts_[key];
    if (count >= max_) return false;
    ++count;
  }
  place = Place(this, key);
  return true;
}

void AddressCount::leave(std::uint64_t key) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(key);
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace kedge::rpc
