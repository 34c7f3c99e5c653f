// SPDX-License-Identifier: Apache-2.0
#include "node/proof/recent.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

TEST(Recent, KeepsTheNewestOfASlot) {
  Recent<std::string, 16> recent;
  EXPECT_EQ(recent.find(0), nullptr);
  EXPECT_EQ(recent.find(3), nullptr);
  recent.remember(3, std::make_shared<const std::string>("three"));
  ASSERT_NE(recent.find(3), nullptr);
  EXPECT_EQ(*recent.find(3), "three");
  // The same slot, another number.
  EXPECT_EQ(recent.find(19), nullptr);
  recent.remember(19, std::make_shared<const std::string>("nineteen"));
  EXPECT_EQ(recent.find(3), nullptr);
  EXPECT_EQ(*recent.find(19), "nineteen");
}

TEST(Recent, ServesManyThreads) {
  Recent<std::uint64_t, 32> recent;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (std::uint64_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&recent, &wrong, thread] {
      for (std::uint64_t i = 0; i < 20'000; ++i) {
        const std::uint64_t number = (i * 7 + thread) % 96;
        if (const auto value = recent.find(number); value != nullptr && *value != number) ++wrong;
        recent.remember(number, std::make_shared<const std::uint64_t>(number));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace kedge::node
