// SPDX-License-Identifier: Apache-2.0
#include "node/bench/cores.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

#include <sched.h>

namespace kedge::node::bench {

Cores usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  Cores cores;
  if (sched_getaffinity(0, sizeof set, &set) == 0) {
    for (std::size_t core = 0; core < CPU_SETSIZE; ++core) {
      if (CPU_ISSET(core, &set)) cores.push_back(core);
    }
  }
  if (cores.empty()) cores.push_back(0);
  return cores;
}

bool run_on(pid_t thread, const Cores& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const std::size_t core : cores) CPU_SET(core, &set);
  return sched_setaffinity(thread, sizeof set, &set) == 0;
}

bool run_process_on(pid_t process, const Cores& cores) {
  std::error_code error;
  const std::filesystem::directory_iterator tasks("/proc/" + std::to_string(process) + "/task",
                                                  error);
  if (error) return false;
  bool all = true;
  for (const auto& task : tasks) {
    all &= run_on(static_cast<pid_t>(std::atoi(task.path().filename().c_str())), cores);
  }
  return all;
}

OnCores::OnCores(const Cores& cores) : before_(usable_cores()) {
  run_on(0, cores);
}

OnCores::~OnCores() {
  run_on(0, before_);
}

Placement Placement::apart() {
  const Cores cores = usable_cores();
  return {{cores.back()}, {cores.front()}};
}

Placement Placement::together() {
  Cores cores = usable_cores();
  if (cores.size() > 2) cores.resize(2);
  return {cores, cores};
}

}  // namespace kedge::node::bench
