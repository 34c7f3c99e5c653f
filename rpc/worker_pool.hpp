// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace kedge::rpc {

/// A fixed number of threads behind a bounded queue. Thread-safe.
class WorkerPool {
 public:
  /// At least one thread.
  WorkerPool(unsigned threads, std::size_t max_queued);
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;
  ~WorkerPool() { stop(); }

  /// Never waits. False if the queue is full or the pool has stopped: the job is not taken, and
  /// the caller says so to whoever asked. Precondition: the job does not throw.
  [[nodiscard]] bool try_post(std::function<void()> job);

  /// Jobs that wait for a thread.
  [[nodiscard]] std::size_t queued() const;

  /// Takes no more jobs, runs those in the queue, joins the threads. Idempotent.
  void stop();

  /// Whether this is a thread of a pool.
  [[nodiscard]] static bool is_here();

 private:
  void work();

  mutable std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> queue_;
  const std::size_t max_queued_;
  bool stopped_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace kedge::rpc
