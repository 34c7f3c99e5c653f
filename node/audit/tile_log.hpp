// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/audit/history_audit.hpp"
#include "node/audit/log_parts.hpp"
#include "rpc/client.hpp"

namespace kedge::node {

/// The log of a running node: checkpoint and entries by C2SP tlog-tiles (`/log/checkpoint`,
/// `/log/tile/entries/...`), older checkpoints by `log_checkpoint`, leaf hashes by
/// `/v1/batches/<log index>/leaves`. Nothing that it shows has been checked. One thread at a time.
class TileLog final : public LogSource, public PartSource {
 public:
  /// Entries after a checkpoint has been read are those of its log.
  explicit TileLog(rpc::Client client) : client_(std::move(client)) {}

  Result<std::string> checkpoint() override;
  /// At most those of one bundle of 256.
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override;
  Result<std::string> epoch_checkpoint(std::uint64_t epoch) override;
  Result<std::vector<Hash>> leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                        std::uint64_t count) override;

 private:
  Result<std::string> get(const std::string& path);

  rpc::Client client_;
  /// That the newest checkpoint claims.
  std::uint64_t size_ = 0;
};

}  // namespace kedge::node
