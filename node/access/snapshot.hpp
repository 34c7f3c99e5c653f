// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>

namespace kedge::node {

/// A value that is read on every request and replaced seldom. Reading takes no lock and writes to
/// no memory that threads share: each thread keeps the value that it has read last, and one atomic
/// number says whether there is a newer one. What is published is seen by the next read on any
/// thread.
template <class T>
class Snapshot {
 public:
  explicit Snapshot(std::shared_ptr<const T> value) { publish(std::move(value)); }

  /// Thread-safe.
  void publish(std::shared_ptr<const T> value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    version_.store(next_version_.fetch_add(1, std::memory_order_relaxed) + 1,
                   std::memory_order_release);
  }

  /// The newest value. Thread-safe; the reference is good until this thread reads a Snapshot of
  /// this type again.
  const T& read() const {
    thread_local Seen seen;
    if (seen.version != version_.load(std::memory_order_acquire)) {
      const std::lock_guard lock(mutex_);
      seen.value = value_;
      seen.version = version_.load(std::memory_order_relaxed);
    }
    return *seen.value;
  }

  /// The same, to be kept.
  [[nodiscard]] std::shared_ptr<const T> share() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  struct Seen {
    std::uint64_t version = 0;
    std::shared_ptr<const T> value;
  };

  /// Over all objects of the type, so that a thread never takes one's value for another's.
  static inline std::atomic<std::uint64_t> next_version_ = 0;

  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;
  std::atomic<std::uint64_t> version_ = 0;
};

}  // namespace kedge::node
