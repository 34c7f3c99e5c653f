// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "crypto/bytes.hpp"

namespace kedge::crypto {
namespace {

TEST(Random, FillsEveryOctetOfEveryLength) {
  for (const std::size_t size :
       std::initializer_list<std::size_t>{0, 1, 7, 16, 255, 256, 257, 100'000}) {
    // An octet that is never written stays zero in every round; by chance that happens to one of
    // them with a probability of less than 1e-90.
    Bytes seen(size, 0);
    for (int round = 0; round < 40; ++round) {
      Bytes bytes(size, 0);
      random_bytes(bytes);
      for (std::size_t i = 0; i < size; ++i) seen[i] |= bytes[i];
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 0), 0) << size;
  }
}

TEST(Random, DoesNotRepeat) {
  std::set<Bytes> seen;
  for (int i = 0; i < 1000; ++i) {
    Bytes bytes(16);
    random_bytes(bytes);
    EXPECT_TRUE(seen.insert(bytes).second);
  }
}

}  // namespace
}  // namespace kedge::crypto
