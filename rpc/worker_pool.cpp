// SPDX-License-Identifier: Apache-2.0
#include "rpc/worker_pool.hpp"

#include <algorithm>
#include <utility>

namespace kedge::rpc {
namespace {

thread_local bool of_a_pool = false;

}  // namespace

bool WorkerPool::is_here() {
  return of_a_pool;
}

WorkerPool::WorkerPool(unsigned threads, std::size_t max_queued) : max_queued_(max_queued) {
  threads_.reserve(threads);
  for (unsigned i = 0; i < std::max(threads, 1U); ++i) threads_.emplace_back([this] { work(); });
}

bool WorkerPool::try_post(std::function<void()> job) {
  {
    const std::lock_guard lock(mutex_);
    if (stopped_ || queue_.size() >= max_queued_) return false;
    queue_.push_back(std::move(job));
  }
  ready_.notify_one();
  return true;
}

std::size_t WorkerPool::queued() const {
  const std::lock_guard lock(mutex_);
  return queue_.size();
}

void WorkerPool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
  }
  ready_.notify_all();
  threads_.clear();
}

void WorkerPool::work() {
  of_a_pool = true;
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] { return stopped_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const std::function<void()> job = std::exchange(queue_.front(), nullptr);
    queue_.pop_front();
    lock.unlock();
    job();
    lock.lock();
  }
}

}  // namespace kedge::rpc
