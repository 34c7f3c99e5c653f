// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <sys/types.h>

/// Which processors run what. Linux only.
namespace kedge::node::bench {

/// Numbers of processors, as the system counts them.
using Cores = std::vector<std::size_t>;

/// Those that the calling thread may use, in order; at least one.
Cores usable_cores();

/// Lets a thread (0: the calling one) run on these alone; what it starts later inherits that.
/// False if the system refuses.
bool run_on(pid_t thread, const Cores& cores);

/// All threads that the process has now.
bool run_process_on(pid_t process, const Cores& cores);

/// Keeps the calling thread on these processors while it lives.
class OnCores {
 public:
  explicit OnCores(const Cores& cores);
  ~OnCores();
  OnCores(const OnCores&) = delete;
  OnCores& operator=(const OnCores&) = delete;

 private:
  Cores before_;
};

/// Who runs where when a server is measured.
struct Placement {
  Cores server;
  Cores client;

  /// One processor for each; the same for both if there is only one.
  static Placement apart();
  /// The first two processors for both.
  static Placement together();
};

}  // namespace kedge::node::bench
