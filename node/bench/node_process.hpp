// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "node/bench/child_process.hpp"
#include "rpc/client.hpp"
#include "rpc/load_client.hpp"

namespace kedge::node::bench {

/// A running node as a process of its own, known by its data directory. Ends with the object; the
/// directory stays.
class NodeProcess {
 public:
  /// Runs a program that serves from `data_dir` (and makes it, if it is not there) and waits until
  /// it serves. What it writes goes to the file `log`. unavailable, with that text, if it ends.
  static Result<NodeProcess> start(const std::vector<std::string>& words,
                                   const std::filesystem::path& data_dir,
                                   const std::filesystem::path& log, const Cores& cores);

  /// From its start until it served.
  [[nodiscard]] double start_seconds() const { return start_seconds_; }
  /// The secret of the node's cookie file.
  [[nodiscard]] const std::string& token() const { return token_; }

  /// A connection that may write, for what is not measured.
  [[nodiscard]] Result<rpc::Client> connect() const;
  /// One call on a connection of its own.
  Result<std::string> call(std::string_view method, const std::string& params) const;
  /// Load from now on: address, port and what a good answer looks like.
  [[nodiscard]] rpc::LoadOptions load_options() const;

  /// Moves all its threads.
  Status move_to(const Cores& cores);
  /// Resident memory, in octets; 0 if it does not run.
  [[nodiscard]] std::uint64_t memory() const;
  /// What all its threads have had of the processors; 0 if it does not run.
  [[nodiscard]] double processor_seconds() const;
  /// Waits, for two minutes at most, until what it does of its own accord (compaction, publishing)
  /// takes less than a twentieth of a processor. False if it still takes more.
  [[nodiscard]] bool await_rest() const;

  /// Ends it as an operator would.
  void stop() { process_.end(); }
  /// Ends it as a crash would.
  void kill() { process_.kill(); }

 private:
  explicit NodeProcess(ChildProcess process) : process_(std::move(process)) {}

  ChildProcess process_;
  double start_seconds_ = 0;
  std::string url_;
  std::uint16_t port_ = 0;
  std::string token_;
};

}  // namespace kedge::node::bench
