// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <vector>

#include "node/audit/history_audit.hpp"
#include "node/audit/log_parts.hpp"
#include "rpc/client.hpp"

namespace kedge::node {

/// The log of a running node: checkpoint and entries by C2SP tlog-tiles (`/log/checkpoint`,
/// `/log/tile/entries/...`), older checkpoints by `log_checkpoint`, leaf hashes by
/// `/v1/batches/<log index>/leaves`. Nothing that it shows has been checked. Parts may be asked for
/// from several threads at once; who finds no idle connection waits.
class TileLog final : public LogSource, public PartSource {
 public:
  /// Entries after a checkpoint has been read are those of its log.
  /// Asks over these connections, of which there is at least one.
  explicit TileLog(std::vector<rpc::Client> clients);

  Result<std::string> checkpoint() override;
  /// At most those of one bundle of 256.
  Result<std::vector<Bytes>> entries(std::uint64_t first, std::uint64_t count) override;
  Result<std::string> epoch_checkpoint(std::uint64_t epoch) override;
  Result<std::vector<Hash>> leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                        std::uint64_t count) override;

 private:
  Result<std::string> get(const std::string& path);
  /// Calls `use` with a connection that nobody uses.
  template <class Use>
  auto with_client(Use use);

  std::vector<rpc::Client> clients_;
  std::mutex mutex_;
  std::condition_variable given_back_;
  std::vector<rpc::Client*> idle_;
  /// That the newest checkpoint claims.
  std::uint64_t size_ = 0;
};

}  // namespace kedge::node
