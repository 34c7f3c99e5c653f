// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// Every log entry begins `u8 version = 1 ‖ u8 type ‖ u64 time_ms`; integers are big-endian.
inline constexpr std::uint8_t kEntryVersion = 1;

enum class EntryType : std::uint8_t { genesis = 0, batch = 1, status = 2, epoch = 3 };

/// Always log index 0; binds the log to its name.
struct GenesisEntry {
  std::uint64_t time_ms = 0;
  /// SHA-256 of the origin string.
  Hash origin_hash{};
  friend bool operator==(const GenesisEntry&, const GenesisEntry&) = default;
};

/// A contiguous run of one issuer's positions and the root of the tree over its leaf hashes.
struct BatchEntry {
  std::uint64_t time_ms = 0;
  Hash issuer_hash{};
  /// Numbers the issuer's own entries (batch and status) from 0, without gaps.
  std::uint64_t issuer_seq = 0;
  /// = the previous batch's first_position + count.
  std::uint64_t first_position = 0;
  std::uint32_t count = 0;
  Hash batch_root{};
  /// Log leaf hash of the issuer's previous entry; zeros at the first.
  Hash prev{};
  friend bool operator==(const BatchEntry&, const BatchEntry&) = default;
};

/// The status changes of one issuer in one epoch.
struct StatusEntry {
  std::uint64_t time_ms = 0;
  Hash issuer_hash{};
  std::uint64_t issuer_seq = 0;
  std::uint32_t change_count = 0;
  Hash changes_root{};
  Hash status_root{};
  Hash prev{};
  friend bool operator==(const StatusEntry&, const StatusEntry&) = default;
};

/// The last entry of every checkpoint.
struct EpochEntry {
  std::uint64_t time_ms = 0;
  std::uint64_t epoch = 0;
  std::uint32_t issuer_count = 0;
  /// Root over the directory records of all issuers that have entries; see directory.hpp.
  Hash directory_root{};
  /// SHA-256 of the RFC 8785 form of the newest final anchor's record, or zeros.
  Hash anchor_ref{};
  friend bool operator==(const EpochEntry&, const EpochEntry&) = default;
};

using LogEntry = std::variant<GenesisEntry, BatchEntry, StatusEntry, EpochEntry>;

Bytes encode_entry(const LogEntry& entry);

/// Strict: an unknown version or type, a missing or a trailing byte is invalid_argument, and so is
/// a batch or status entry of no items.
Result<LogEntry> decode_entry(ByteView bytes);

std::uint64_t entry_time_ms(const LogEntry& entry);

}  // namespace kedge::node
