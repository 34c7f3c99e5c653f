// SPDX-License-Identifier: Apache-2.0
#include "rpc/worker_pool.hpp"

#include <atomic>
#include <latch>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

TEST(WorkerPool, RefusesWhenItsQueueIsFullAndRunsWhatItTook) {
  WorkerPool pool(1, 2);
  std::latch running(1);
  std::latch go(1);
  std::atomic<int> ran = 0;
  ASSERT_TRUE(pool.try_post([&] {
    running.count_down();
    go.wait();
    ++ran;
  }));
  running.wait();
  EXPECT_TRUE(pool.try_post([&] { ++ran; }));
  EXPECT_TRUE(pool.try_post([&] { ++ran; }));
  EXPECT_FALSE(pool.try_post([&] { ran += 100; }));
  go.count_down();
  pool.stop();
  EXPECT_EQ(ran, 3);
  EXPECT_FALSE(pool.try_post([&] { ran += 100; }));
  pool.stop();
  EXPECT_EQ(ran, 3);
}

TEST(WorkerPool, RunsJobsOfManyThreads) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(4, 100'000);
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 1'000; ++i) EXPECT_TRUE(pool.try_post([&] { ++ran; }));
      });
    }
  }
  EXPECT_EQ(ran, 4'000);
}

}  // namespace
}  // namespace kedge::rpc
