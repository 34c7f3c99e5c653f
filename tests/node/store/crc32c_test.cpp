// SPDX-License-Identifier: Apache-2.0
#include "node/store/crc32c.hpp"

#include <numeric>
#include <random>
#include <string>

#include <gtest/gtest.h>

namespace kedge::test {
namespace {

using namespace kedge::node;

/// RFC 3720 section B.4, and the check value of the catalogue of CRCs.
TEST(Crc32c, AgreesWithTheKnownValues) {
  std::string ascending(32, '\0');
  std::iota(ascending.begin(), ascending.end(), '\0');
  const std::string descending(ascending.rbegin(), ascending.rend());
  for (const auto sum : {crc32c, crc32c_portable}) {
    EXPECT_EQ(sum(0, "123456789"), 0xe3069283u);
    EXPECT_EQ(sum(0, std::string(32, '\0')), 0x8a9136aau);
    EXPECT_EQ(sum(0, std::string(32, '\xff')), 0x62a8ab43u);
    EXPECT_EQ(sum(0, ascending), 0x46dd794eu);
    EXPECT_EQ(sum(0, descending), 0x113fdb5cu);
    EXPECT_EQ(sum(0, ""), 0u);
  }
}

TEST(Crc32c, GoesOnFromAnyPlaceAndIsTheSameOnEveryMachine) {
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 200; ++i) text += static_cast<char>(random());
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const std::string_view head = std::string_view(text).substr(0, size);
    EXPECT_EQ(crc32c(0, head), crc32c_portable(0, head));
    EXPECT_EQ(crc32c(crc32c(0, head), std::string_view(text).substr(size)), crc32c(0, text));
  }
}

}  // namespace
}  // namespace kedge::test
