// SPDX-License-Identifier: Apache-2.0
#include "node/proof/status_checks.hpp"

#include <algorithm>
#include <bit>

#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"
#include "node/log/status_tree.hpp"

namespace kedge::node {
namespace {

Finding mismatch(std::string message) {
  return Reason{ReasonCode::status_mismatch, std::move(message)};
}

Finding no_path(std::string message) {
  return Reason{ReasonCode::status_path, std::move(message)};
}

/// Nothing was ever said of the index, so that it is valid.
Finding check_unsaid(StatusValue value, const std::string& why) {
  if (value == StatusValue::valid) return std::nullopt;
  return mismatch("the value is not valid, but " + why);
}

Finding check_chunk(const StatusListPart& list, std::uint64_t index, StatusValue value) {
  if (!list.chunk) return mismatch("the chunk of the index is missing");
  const Status proven = crypto::verify_inclusion(
      crypto::leaf_hash(*list.chunk), index / kChunkEntries, chunk_count(list.record.size),
      list.chunk_path, list.record.bits_root);
  if (!proven) {
    return no_path("the chunk does not lead to the list's root: " + proven.error().message);
  }
  const Result<StatusValue> stated = status_in_chunk(*list.chunk, index);
  if (!stated) return mismatch(stated.error().message);
  if (*stated == value) return std::nullopt;
  return mismatch("the value is not the one in the chunk");
}

}  // namespace

std::optional<std::uint64_t> least_tree_size(std::uint64_t index, std::size_t length) {
  // Each one in the index is a sibling on the left. Siblings on the right are where zeros are, the
  // lower ones first, because a tree that has a higher one has all below it.
  const auto left = static_cast<std::size_t>(std::popcount(index));
  if (length < left || length > crypto::kMaxPathLength) return std::nullopt;
  std::size_t right = length - left;
  if (right == 0) {
    if (index == ~std::uint64_t{0}) return std::nullopt;
    return index + 1;
  }
  for (std::uint32_t level = 0; level < 64; ++level) {
    if ((index >> level) % 2 != 0 || --right > 0) continue;
    // The first leaf of the highest sibling on the right is the tree's last.
    return (((index >> level) | 1) << level) + 1;
  }
  return std::nullopt;
}

Finding check_status_value(const StatusTarget& target, StatusValue value,
                           const std::optional<StatusListPart>& list) {
  if (!list) return check_unsaid(value, "the issuer has not changed any status");
  const ListRecord& record = list->record;
  if (record.list == target.list && target.index < record.size) {
    return check_chunk(*list, target.index, value);
  }
  if (list->chunk) return mismatch("there is a chunk that says nothing of the index");
  if (record.list == target.list) {
    if (record.list != kRegister) return mismatch("the list has no such index");
    return check_unsaid(value, "the register has not come as far as the index");
  }
  const bool last = least_tree_size(list->record_index, list->record_path.size()) ==
                    std::optional(list->record_index + 1);
  if (record.list > target.list || !last) {
    return mismatch("the record is of another list and does not show that there is none");
  }
  return check_unsaid(value, "nothing of the list has been changed");
}

Finding check_status_record(const std::optional<StatusListPart>& list, const Hash& status_root) {
  if (!list) {
    if (status_root == Hash{}) return std::nullopt;
    return mismatch("the record of the list is missing");
  }
  const auto size = least_tree_size(list->record_index, list->record_path.size());
  if (!size) return no_path("no tree has a path of this length to the list's record");
  const Status proven =
      crypto::verify_inclusion(crypto::leaf_hash(encode_list_record(list->record)),
                               list->record_index, *size, list->record_path, status_root);
  if (proven) return std::nullopt;
  return no_path("the list's record does not lead to the status root: " + proven.error().message);
}

Found<EpochEntry> find_epoch_entry(const StatusEpochPart& part) {
  const Result<LogEntry> entry = decode_entry(part.entry);
  if (!entry) {
    return {std::nullopt, {ReasonCode::status_malformed, "epochEntry: " + entry.error().message}};
  }
  const auto* epoch = std::get_if<EpochEntry>(&*entry);
  if (epoch == nullptr) {
    return {std::nullopt, {ReasonCode::status_malformed, "epochEntry is of another type"}};
  }
  return {*epoch, {}};
}

Finding check_status_directory(const StatusDirectoryPart& part, const EpochEntry& entry) {
  const Status proven =
      crypto::verify_inclusion(crypto::leaf_hash(encode_directory_record(part.record)), part.index,
                               entry.issuer_count, part.path, entry.directory_root);
  if (proven) return std::nullopt;
  return no_path("the issuer's record does not lead to the directory's root: " +
                 proven.error().message);
}

Finding check_epoch_path(const StatusEpochPart& part, const crypto::Checkpoint& checkpoint) {
  const Status proven = crypto::verify_inclusion(crypto::leaf_hash(part.entry), part.index,
                                                 checkpoint.size, part.path, checkpoint.root);
  if (proven) return std::nullopt;
  return no_path("the epoch entry does not lead to the checkpoint's root: " +
                 proven.error().message);
}

}  // namespace kedge::node
