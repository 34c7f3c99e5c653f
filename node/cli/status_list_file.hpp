// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/log/status.hpp"
#include "node/status/status_reason.hpp"

/// Lists of statuses, as `kedge revoke` and `kedge status` read them.
namespace kedge::node::cli {

/// One status that is to be set or asked for.
struct StatusLine {
  /// Where it came from, for a person: a file, or a list and the number of the line.
  std::string source;
  /// The credential's digest, or an entry of a published list in its place.
  Hash digest{};
  std::optional<StatusTarget> entry;
  /// Where the line has its own.
  std::optional<StatusValue> value;
  std::optional<StatusReason> reason;
};

/// Reads a list of either form, told apart by its first character: JSON, one object a line
/// (`digest`, or `list` and `index`; `value` and `reason`; the other fields of a manifest are
/// passed over), or CSV without quotes, `digest,value,reason`, the last two optional; a first line
/// of these words is a head. Up to ten faults are reported at once, with their line numbers.
Result<std::vector<StatusLine>> parse_status_list(const std::string& name, std::string_view text);

}  // namespace kedge::node::cli
