// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>

#include <boost/asio/ip/address.hpp>

namespace kedge::rpc {

/// How many connections each client (client_key) holds. Thread-safe.
class AddressCount {
 public:
  /// One connection's place; given back when it goes. Must not outlive the count.
  class Place {
   public:
    Place() = default;
    Place(Place&& other) noexcept
        : owner_(std::exchange(other.owner_, nullptr)), key_(other.key_) {}
    Place& operator=(Place&& other) noexcept {
      std::swap(owner_, other.owner_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Place() {
      if (owner_ != nullptr) owner_->leave(key_);
    }

   private:
    friend class AddressCount;
    Place(AddressCount* owner, std::uint64_t key) : owner_(owner), key_(key) {}

    AddressCount* owner_ = nullptr;
    std::uint64_t key_ = 0;
  };

  /// 0: no bound, and nothing is counted.
  explicit AddressCount(std::size_t max) : max_(max) {}

  /// False if the client holds as many as it may; else `place` is its new one.
  [[nodiscard]] bool enter(const boost::asio::ip::address& address, Place& place);

 private:
  void leave(std::uint64_t key);

  const std::size_t max_;
  std::mutex mutex_;
  std::unordered_map<std::uint64_t, std::size_t> counts_;
};

}  // namespace kedge::rpc
