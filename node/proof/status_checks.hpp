// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/proof/bundle_checks.hpp"
#include "node/proof/status_proof.hpp"

/// The single steps from a value in a status list to the epoch entry that fixes it. The verifier
/// does all of them; the prover does them to what it hands out.
namespace kedge::node {

/// The value is the one that the list has at the index: in the chunk, which leads to the record's
/// `bits_root`; or valid, because the issuer has changed nothing yet (status root zeros), because
/// the register has not come as far as the index, or because the last record shows that there is
/// no such list.
Finding check_status_value(const StatusTarget& target, StatusValue value,
                           const std::optional<StatusListPart>& list);

/// The record of the list leads to the `status_root` of the directory record.
Finding check_status_record(const std::optional<StatusListPart>& list, const Hash& status_root);

/// The entry of the epoch.
Found<EpochEntry> find_epoch_entry(const StatusEpochPart& part);

/// The issuer's record leads to the entry's `directory_root`.
Finding check_status_directory(const StatusDirectoryPart& part, const EpochEntry& entry);

/// The epoch entry leads to the checkpoint's root.
Finding check_epoch_path(const StatusEpochPart& part, const crypto::Checkpoint& checkpoint);

/// The least size of an RFC 9162 tree in which the path of the leaf `index` has `length` elements;
/// nullopt if there is none. All such trees have the path's elements in the same places, so that
/// any of them will do to follow it. `length` is that of the last leaf exactly if the size is
/// index + 1.
std::optional<std::uint64_t> least_tree_size(std::uint64_t index, std::size_t length);

}  // namespace kedge::node
