// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include <time.h>

namespace kedge::node::bench {

/// Seconds since it was made.
class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// Seconds that the calling thread has been given a processor since it was made: other work on the
/// machine does not count.
class ProcessorStopwatch {
 public:
  [[nodiscard]] double seconds() const { return now() - start_; }

 private:
  static double now() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
  }

  double start_ = now();
};

/// Calls `work`, which must not wait for anything, again and again for about so many seconds, at
/// least once, and answers how often a second of processor time.
template <class Work>
double times_per_second(double seconds, Work&& work) {
  const ProcessorStopwatch watch;
  double times = 0;
  do {
    work();
    times += 1;
  } while (watch.seconds() < seconds);
  return times / watch.seconds();
}

}  // namespace kedge::node::bench
