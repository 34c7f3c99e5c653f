// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>

#include "node/log/entry.hpp"
#include "tests/node/anchoring/test_log.hpp"

namespace kedge::test {

/// The statuses of one issuer as its journal and the log lead to them, kept in the most naive way.
class StatusAudit {
 public:
  StatusAudit(const node::StoreReader& reader, node::IssuerId issuer)
      : reader_(reader), issuer_(issuer) {}

  /// Compares an entry of the log with everything that is stored of it; what does not fit, or
  /// nothing.
  std::string entry(std::uint64_t index, const node::StatusEntry& entry,
                    std::uint64_t credential_count);
  /// Compares the statuses that are stored with the journal, what is not sealed included.
  std::string finish();

 private:
  std::string follow(const node::StatusChange& change);
  std::string check_list(const node::ListRecord& record, std::uint64_t epoch) const;

  const node::StoreReader& reader_;
  node::IssuerId issuer_;
  std::map<node::StatusTarget, node::StatusValue> values_;
  std::uint64_t next_change_ = 0;
  std::uint64_t time_ms_ = 0;
};

/// A part of check_promises.
std::string check_status_promises(const node::StoreReader& reader, const Promises& promises);

}  // namespace kedge::test
