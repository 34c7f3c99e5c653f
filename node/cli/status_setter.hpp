// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "node/cli/status_list_file.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

/// What has become of a line.
struct StatusOutcome {
  enum class Kind : std::uint8_t { untried, changed, unchanged, refused };

  Kind kind = Kind::untried;
  /// How it stands now; of a refused line why.
  std::string value;
  std::string why;
};

struct SetterCounts {
  std::uint64_t changed = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t refused = 0;
  std::uint64_t calls = 0;
};

/// Sets statuses at a node, in calls of up to 10,000 targets. A call is all or nothing, so that one
/// wrong line would keep the others from being set: a line that the node refuses is noted and left
/// out, and the rest is sent again. Setting is idempotent, so whatever is interrupted is simply
/// done again. One thread.
class StatusSetter {
 public:
  /// `pause` is called instead of sleeping, with seconds, when the node is busy; it answers false
  /// to give up. The client must outlive the setter.
  StatusSetter(rpc::Client& client, std::function<bool(unsigned seconds)> pause)
      : client_(client), pause_(std::move(pause)) {}

  /// Called after each call with the number of lines that are done.
  using Progress = std::function<void(std::uint64_t done)>;

  /// Sets all lines; `value` and `reason` are for those without their own. Stops at a failure that
  /// is not of one line, and where more than `kMaxRefused` lines were refused; what is then untried
  /// is so in `outcomes`.
  Status set(std::span<const StatusLine> lines, StatusValue value, StatusReason reason,
             std::vector<StatusOutcome>& outcomes, const Progress& progress);

  [[nodiscard]] const SetterCounts& counts() const { return counts_; }

  static constexpr std::uint64_t kMaxRefused = 1000;

 private:
  Status set_chunk(std::span<const StatusLine> lines, std::vector<std::size_t> numbers,
                   StatusValue value, StatusReason reason, std::vector<StatusOutcome>& outcomes);
  Status note_answer(const std::string& answer, const std::vector<std::size_t>& numbers,
                     std::vector<StatusOutcome>& outcomes);
  Result<std::string> call_patiently(const std::string& params);

  rpc::Client& client_;
  std::function<bool(unsigned seconds)> pause_;
  SetterCounts counts_;
};

}  // namespace kedge::node::cli
