// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "node/cli/manifest.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

struct SubmitCounts {
  /// Answered by the node; the first so many of the lines have a position and a state.
  std::uint64_t answered = 0;
  /// The node had them before.
  std::uint64_t duplicates = 0;
  std::uint64_t calls = 0;
};

/// Sends digests to a node in calls of up to 10,000 and notes position and state in the lines.
/// Submitting is idempotent, so whatever is interrupted is simply submitted again. One thread.
class Submitter {
 public:
  /// `pause` is called instead of sleeping, with seconds, when the node is busy; it answers false
  /// to give up. The client must outlive the submitter.
  Submitter(rpc::Client& client, std::function<bool(unsigned seconds)> pause);

  /// Called after each call with the number of lines answered; answers false to stop there.
  using Progress = std::function<bool(std::uint64_t answered)>;

  /// Stops at the first failure; counts() then says how far it came. unavailable if it was told to
  /// stop before the end.
  Status submit(std::vector<ManifestLine>& lines, const Progress& progress);

  /// Waits until all lines have come as far as `state`, and notes it. Precondition: all lines are
  /// answered. unavailable if that has not happened after `seconds`.
  Status wait(std::vector<ManifestLine>& lines, const std::string& state, std::uint64_t seconds);

  [[nodiscard]] const SubmitCounts& counts() const { return counts_; }

 private:
  Status submit_call(std::span<ManifestLine> lines);
  Result<std::string> call_patiently(const std::string& method, const std::string& params);

  rpc::Client& client_;
  std::function<bool(unsigned seconds)> pause_;
  SubmitCounts counts_;
};

/// Whether `state` is `wanted` or comes after it in accepted, sealed, anchored, final.
bool has_come_to(const std::string& state, const std::string& wanted);

}  // namespace kedge::node::cli
