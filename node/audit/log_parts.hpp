// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/audit/history_audit.hpp"

/// What a log's entries only name, checked against what they say of it: the checkpoint of each
/// epoch, and the leaf hashes of each batch.
namespace kedge::node {

/// Who shows the parts of a log, to several threads at once. An answer of not_found says
/// that there is no such part; any other error that it could not be asked for.
class PartSource {
 public:
  virtual ~PartSource() = default;
  /// The checkpoint that ended this epoch, a signed note.
  virtual Result<std::string> epoch_checkpoint(std::uint64_t epoch) = 0;
  /// Leaf hashes `start` to `start + count - 1` of the batch whose entry is at this index.
  virtual Result<std::vector<Hash>> leaf_hashes(std::uint64_t log_index, std::uint64_t start,
                                                std::uint64_t count) = 0;
};

/// Leaf hashes asked for at a time; a power of two, so that they are a subtree.
inline constexpr std::uint64_t kLeavesAtOnce = 65'536;

/// So that one answer is made while another one is on its way.
inline constexpr std::size_t kPartReaders = 2;

using PartProgress = std::function<void(std::uint64_t done)>;

/// Every epoch's checkpoint is signed, of this log, and has the size and root that the entries lead
/// to; else a fault, with both signed checkpoints where it is a signed fork. `progress` counts
/// epochs. An error is a source that cannot be read.
Status audit_checkpoints(PartSource& source, const HistoryOptions& options, HistoryReport& report,
                         const PartProgress& progress);

/// The leaf hashes of every batch lead to its root; else a fault. Asks for the next ones in
/// kPartReaders other threads while it hashes. `progress` counts credentials. An error as above.
Status audit_batches(PartSource& source, const HistoryOptions& options, HistoryReport& report,
                     const PartProgress& progress);

}  // namespace kedge::node
