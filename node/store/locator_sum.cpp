// SPDX-License-Identifier: Apache-2.0
#include "node/store/locator_sum.hpp"

#include <array>
#include <cstring>

#include "crypto/random.hpp"
#include "node/store/rows.hpp"

namespace kedge::node {
namespace {

/// The two halves of a product of 64 bits each, folded: every bit of both words tells.
std::uint64_t folded_product(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

LocatorSum::LocatorSum() {
  std::array<std::uint8_t, 4 * sizeof(std::uint64_t)> octets{};
  crypto::random_bytes(octets);
  std::array<std::uint64_t, 4> words{};
  std::memcpy(words.data(), octets.data(), octets.size());
  first_ = {words[0], words[1]};
  second_ = {words[2], words[3]};
}

LocatorSum LocatorSum::empty() const {
  LocatorSum sum = *this;
  sum.first_sum_ = sum.second_sum_ = sum.count_ = 0;
  return sum;
}

void LocatorSum::add(std::uint64_t prefix, const Location& at) {
  const std::uint64_t location = rows::pack_location(at);
  first_sum_ += folded_product(prefix ^ first_.prefix, location ^ first_.location);
  second_sum_ += folded_product(prefix ^ second_.prefix, location ^ second_.location);
  ++count_;
}

}  // namespace kedge::node
