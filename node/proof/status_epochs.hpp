// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "node/log/status.hpp"
#include "node/store/store.hpp"

/// Which epoch answers for a status.
namespace kedge::node {

/// The newest epoch, not before `first`, that a ledger has for good: on the first of `preferred`
/// that has one, else on any. Without one, the newest that a ledger has at all; nullopt without
/// that.
Result<std::optional<std::uint64_t>> anchored_epoch(const StoreReader& reader,
                                                    const std::vector<std::string>& preferred,
                                                    std::uint64_t first);

/// The same from epoch 0 on, remembered until an anchor is written: nearly every answer begins with
/// it. Thread-safe.
class NewestAnchored {
 public:
  Result<std::optional<std::uint64_t>> epoch(const StoreReader& reader,
                                             const std::vector<std::string>& preferred);

 private:
  std::mutex mutex_;
  /// StoreReader::anchors_version.
  std::optional<std::uint64_t> version_;
  std::optional<std::uint64_t> epoch_;
};

/// The first epoch that may answer for the target: of the register, the one with the credential's
/// batch; of a published list, one by which its issuer is in the log. not_found if there is none.
Result<std::uint64_t> first_status_epoch(const StoreReader& reader, IssuerId issuer,
                                         const StatusTarget& target);

/// The newest epoch whose time is not after `time_ms`; not_found if there is none.
Result<std::uint64_t> epoch_at(const StoreReader& reader, std::uint64_t time_ms);

/// not_found: the log did not have the target.
Error not_yet_sealed();

}  // namespace kedge::node
