// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "node/bench/node_process.hpp"
#include "node/bench/temporary_folder.hpp"

namespace kedge::node::bench {

/// A node with its defaults: a process of its own, a real store, synced writes, HTTP on the
/// loopback interface. Its directory goes with the object.
class MeasuredNode {
 public:
  /// `kedge node` as anybody starts it, in a new directory in `parent`, on these processors.
  /// `settings`: what is not as by default, as the text of a settings file.
  static Result<std::unique_ptr<MeasuredNode>> start(const std::filesystem::path& parent,
                                                     const Cores& cores,
                                                     const std::string& settings = {});
  /// Another program, which takes a data directory and serves from it.
  static Result<std::unique_ptr<MeasuredNode>> start_other(const std::filesystem::path& program,
                                                           const std::filesystem::path& parent,
                                                           const Cores& cores);

  [[nodiscard]] NodeProcess& process() { return process_; }

  /// Has digest_of(first … first + count - 1) accepted.
  Status accept(std::uint64_t first, std::uint64_t count);
  /// Has everything that was accepted sealed and anchored, digest_of(last) among it.
  Status make_final(std::uint64_t last);
  /// Both, for digest_of(0 … count - 1).
  Status fill(std::uint64_t count);

  /// Suspends `count` of digest_of(0 … stored - 1), all of which are final, and waits until the
  /// ledger has that.
  Status suspend(std::uint64_t stored, std::uint64_t count);

  [[nodiscard]] std::filesystem::path data_dir() const;

 private:
  static Result<std::unique_ptr<MeasuredNode>> run(const std::vector<std::string>& words,
                                                   TemporaryFolder folder, const Cores& cores);
  MeasuredNode(TemporaryFolder folder, NodeProcess process);

  TemporaryFolder folder_;
  NodeProcess process_;
};

}  // namespace kedge::node::bench
