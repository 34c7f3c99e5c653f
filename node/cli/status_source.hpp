// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/audit/history_audit.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

/// The status changes of a running node, asked for with `status_changes`. One thread.
class NodeStatusSource final : public StatusSource {
 public:
  /// The client must outlive the source.
  explicit NodeStatusSource(rpc::Client& client) : client_(client) {}

  /// unavailable if the node answers with something else.
  Result<StatusRecords> status_records(std::uint64_t log_index, std::uint32_t count) override;

 private:
  rpc::Client& client_;
};

}  // namespace kedge::node::cli
