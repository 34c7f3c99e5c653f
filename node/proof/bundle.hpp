// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "node/log/leaf.hpp"

/// The proof bundle: everything that a verifier needs offline, in one value.
namespace kedge::node {

/// The value of `format` that this version reads and writes.
inline constexpr std::string_view kBundleFormat = "kedge-proof/1";
inline constexpr std::string_view kBundleJsonType = "application/vnd.kedge.proof+json";
inline constexpr std::string_view kBundleCborType = "application/vnd.kedge.proof+cbor";

/// Bounds of the decoders, the same for JSON and CBOR. A bundle with an embedded anchor has about
/// 3 KiB; one of an EVM ledger carries Merkle-Patricia proofs of some tens of KiB.
inline constexpr std::size_t kMaxBundleSize = 1 << 20;
inline constexpr std::size_t kMaxIssuerSize = 2048;
inline constexpr std::size_t kMaxEntrySize = 256;
inline constexpr std::size_t kMaxNoteInBundle = 16 << 10;
inline constexpr std::size_t kMaxBatchPath = 32;
inline constexpr std::size_t kMaxLogPath = 63;
inline constexpr std::size_t kMaxAnchors = 16;
/// How deep arrays and objects may nest, the bundle itself being the first level.
inline constexpr std::size_t kMaxBundleDepth = 16;
/// Integers beyond are not interoperable in JSON (RFC 7493 section 2.2).
inline constexpr std::uint64_t kMaxBundleInteger = (std::uint64_t{1} << 53) - 1;

/// Leaf entry to batch root.
struct BatchPart {
  /// The issuer's name; hashes to `issuer_hash` of the entry.
  std::string issuer;
  /// The encoded log entry, which names the batch root.
  Bytes entry;
  /// The leaf's index in its batch.
  std::uint64_t index = 0;
  /// From the leaf up, sibling first (RFC 9162 section 2.1.3.1).
  std::vector<Hash> path;

  friend bool operator==(const BatchPart&, const BatchPart&) = default;
};

/// Log entry to checkpoint root.
struct LogPart {
  std::uint64_t index = 0;
  std::vector<Hash> path;
  /// The signed note, verbatim.
  std::string checkpoint;

  friend bool operator==(const LogPart&, const LogPart&) = default;
};

/// A proof bundle as decoded: well-formed, nothing of it verified.
struct Bundle {
  LeafEntry credential;
  BatchPart batch;
  LogPart log;
  /// Checkpoint root to ledger: one JSON object each, in RFC 8785 form, with a text `ledger` that
  /// names the kind. Kinds that this version does not know are carried, not understood. All numbers
  /// in it are integers of at most 53 bits.
  std::vector<std::string> anchors;
  /// A JSON object of the same form, or empty if the bundle has no `status`.
  std::string status;

  friend bool operator==(const Bundle&, const Bundle&) = default;
};

}  // namespace kedge::node
