// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "node/log/directory.hpp"
#include "node/log/status.hpp"

/// The proof of one value of a status list as of one epoch: what a bundle's `status` holds and what
/// `status_get` answers.
namespace kedge::node {

/// Bounds of the decoder: no list has more chunks than a tree of this depth has leaves.
inline constexpr std::size_t kMaxChunkPath = 64;
inline constexpr std::size_t kMaxRecordPath = 32;
inline constexpr std::size_t kMaxDirectoryPath = 32;

/// Chunk to `status_root`. Paths run from the leaf up, sibling first (RFC 9162 section 2.1.3.1).
struct StatusListPart {
  /// Of the list asked for, or the last one of the tree, which shows that there is no such list.
  ListRecord record;
  std::uint64_t record_index = 0;
  /// How many records there are is not said: the length of the path tells what matters of it.
  std::vector<Hash> record_path;
  /// The 32 octets of the list that hold the value; nullopt where the record shows that there are
  /// none.
  std::optional<Hash> chunk;
  std::vector<Hash> chunk_path;

  friend bool operator==(const StatusListPart&, const StatusListPart&) = default;
};

/// `status_root` to `directory_root`; the number of records is in the epoch entry.
struct StatusDirectoryPart {
  DirectoryRecord record;
  std::uint64_t index = 0;
  std::vector<Hash> path;

  friend bool operator==(const StatusDirectoryPart&, const StatusDirectoryPart&) = default;
};

/// The epoch entry to the root of a checkpoint, and the anchors of that checkpoint.
struct StatusEpochPart {
  /// The encoded log entry, which names the directory's root.
  Bytes entry;
  std::uint64_t index = 0;
  std::vector<Hash> path;
  /// The signed note, verbatim.
  std::string checkpoint;
  /// As in a bundle.
  std::vector<std::string> anchors;

  friend bool operator==(const StatusEpochPart&, const StatusEpochPart&) = default;
};

/// A status proof as decoded: well-formed, nothing of it verified.
struct StatusProof {
  StatusTarget target;
  StatusValue value = StatusValue::valid;
  /// nullopt for an issuer that has never changed anything: its status root is zeros.
  std::optional<StatusListPart> list;
  StatusDirectoryPart directory;
  StatusEpochPart epoch;

  friend bool operator==(const StatusProof&, const StatusProof&) = default;
};

}  // namespace kedge::node
