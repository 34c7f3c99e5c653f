// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::ledger {

/// The value of `ledger` in the records of the embedded ledger.
inline constexpr std::string_view kEmbeddedKind = "embedded";

/// One anchor of the embedded ledger, as it stands in a bundle's `anchors`. The records form a hash
/// chain in the manner of the AnchorLog contract; it shows gaps and slips of the file, and proves
/// nothing against the node, which could write another file at any time.
struct EmbeddedRecord {
  /// The configured name of the ledger, 1 to 255 octets of UTF-8.
  std::string name;
  /// 1 for the ledger's first anchor.
  std::uint64_t seq = 0;
  std::uint64_t epoch = 0;
  /// Size and root of the checkpoint.
  std::uint64_t size = 0;
  Hash root{};
  /// `head` of the record before; zeros at the first.
  Hash prev{};
  /// = record_head of this record.
  Hash head{};
  std::uint64_t time_ms = 0;

  friend bool operator==(const EmbeddedRecord&, const EmbeddedRecord&) = default;
};

/// SHA-256(prev ‖ u64 seq ‖ u64 epoch ‖ u64 size ‖ root ‖ u64 time_ms ‖ name), integers big-endian:
/// the chain that makes an anchor follow exactly one other. Covers every field but `head` itself,
/// so that no change of a record goes unnoticed.
Hash record_head(const EmbeddedRecord& record);

/// The RFC 8785 form of `{"epoch","head","ledger":"embedded","name","prev","root","seq","size",
/// "time"}`: hashes in lower-case hex, the time in RFC 3339 UTC with milliseconds. invalid_argument
/// if the name is empty, longer than 255 octets or not UTF-8, seq is 0, a number is beyond 2^53 - 1
/// or the time after the year 9999.
Result<std::string> format_record(const EmbeddedRecord& record);

/// Strict: exactly what format_record writes, with a `head` that follows from the other fields.
/// Errors name the field.
Result<EmbeddedRecord> parse_record(std::string_view json);

}  // namespace kedge::ledger
