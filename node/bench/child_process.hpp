// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "crypto/result.hpp"
#include "node/bench/cores.hpp"

namespace kedge::node::bench {

/// A program that runs beside this one and ends with it, however this one ends. Not thread-safe;
/// belongs to the thread that started it.
class ChildProcess {
 public:
  /// `words`: the program (a path, or a name to be found on PATH) and its arguments. What it writes
  /// goes to the file `output`, of its own. `cores` empty: those of this thread. unavailable if it
  /// cannot be started.
  static Result<ChildProcess> start(const std::vector<std::string>& words,
                                    const std::filesystem::path& output, const Cores& cores = {});

  ChildProcess(ChildProcess&& other) noexcept;
  /// Ends the one that this was.
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  /// Ends it.
  ~ChildProcess();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool running();
  /// Waits for it; its exit status, or 128 and the number of the signal that killed it.
  int wait();
  /// Asks it to end and waits; kills it if it does not. Idempotent.
  void end();
  /// SIGKILL, as a crash would end it. Idempotent.
  void kill();

 private:
  explicit ChildProcess(pid_t pid) : pid_(pid) {}
  [[nodiscard]] bool gone_within(double seconds);

  pid_t pid_;
  std::optional<int> status_;
};

/// Runs a program to its end and answers what it wrote. unavailable, with that text, if it fails.
Result<std::string> run_program(const std::vector<std::string>& words,
                                const std::filesystem::path& folder, const Cores& cores = {});

/// Where a program of this name is: on PATH, or where a system keeps its servers.
std::optional<std::filesystem::path> find_program(const std::string& name);

}  // namespace kedge::node::bench
