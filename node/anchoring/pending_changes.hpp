// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>
#include <vector>

#include "node/anchoring/batch_builder.hpp"
#include "node/log/status.hpp"

namespace kedge::node {

/// The status changes of one issuer that are accepted and not sealed. The tree over them grows as
/// they arrive, so that sealing costs the lists that they change and not the changes themselves.
/// 32 octets a change. Not thread-safe.
class PendingChanges {
 public:
  void add(std::span<const StatusChange> changes);

  [[nodiscard]] std::uint32_t count() const noexcept { return tree_.count(); }
  /// changes_root over all of them, in order of acceptance.
  [[nodiscard]] Hash root() const { return tree_.root(); }
  /// By list, in order of acceptance.
  [[nodiscard]] const std::map<std::uint32_t, std::vector<StatusChange>>& lists() const noexcept {
    return lists_;
  }

 private:
  BatchBuilder tree_;
  std::map<std::uint32_t, std::vector<StatusChange>> lists_;
};

}  // namespace kedge::node
