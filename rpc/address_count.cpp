// SPDX-License-Identifier: Apache-2.0
#include "rpc/address_count.hpp"

#include "rpc/client_address.hpp"

namespace kedge::rpc {

bool AddressCount::enter(const boost::asio::ip::address& address, Place& place) {
  if (max_ == 0) return true;
  const std::uint64_t key = client_key(address);
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
