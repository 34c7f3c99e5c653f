// SPDX-License-Identifier: Apache-2.0
#include "node/access/snapshot.hpp"

#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace kedge::node {
namespace {

TEST(Snapshot, ShowsWhatWasPublishedLastOnEveryThread) {
  Snapshot<std::string> one(std::make_shared<const std::string>("first"));
  Snapshot<std::string> other(std::make_shared<const std::string>("other"));
  EXPECT_EQ(one.read(), "first");
  EXPECT_EQ(other.read(), "other");
  one.publish(std::make_shared<const std::string>("second"));
  EXPECT_EQ(one.read(), "second");
  std::jthread([&] {
    EXPECT_EQ(one.read(), "second");
    EXPECT_EQ(other.read(), "other");
  });
  EXPECT_EQ(*one.share(), "second");
}

TEST(Snapshot, ANewObjectIsNotTakenForAnOldOneAtItsPlace) {
  for (int i = 0; i < 100; ++i) {
    const Snapshot<int> each(std::make_shared<const int>(i));
    EXPECT_EQ(each.read(), i);
  }
}

TEST(Snapshot, NeverGoesBackWhileOthersPublish) {
  Snapshot<int> numbers(std::make_shared<const int>(0));
  std::vector<std::jthread> readers;
  for (int t = 0; t < 3; ++t) {
    readers.emplace_back([&] {
      int last = 0;
      while (last < 2'000) {
        const int now = numbers.read();
        ASSERT_GE(now, last);
        last = now;
      }
    });
  }
  for (int i = 1; i <= 2'000; ++i) numbers.publish(std::make_shared<const int>(i));
}

}  // namespace
}  // namespace kedge::node
