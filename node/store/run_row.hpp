// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/store/rows.hpp"

/// Leaf entries as stored: rows of up to 256 entries of one group commit, which end where the next
/// position is a multiple of 256. So every multiple of 256 that has been accepted begins a row, and
/// most positions are found with one look-up of a key that is computed. In smaller rows more of
/// what a proof needs would lie in two of them, and there would be more keys to keep in memory; a
/// row that is not in memory is read as a whole.
///
///   u64 time_ms ‖ u16 count ‖ call_ends[(count + 7) / 8] ‖ groups
///
/// Bit i of `call_ends` (least significant first, spare bits zero) is set where a call ends with
/// entry i. A group is up to 16 entries of 49 octets and the CRC-32C over key, everything before
/// the groups, and these entries: so that a proof that needs a few entries checks few octets.
namespace kedge::node::rows {

inline constexpr std::size_t kRunRowEntries = 256;
inline constexpr std::size_t kRunGroup = 16;

/// The multiple of 256 at or before a position: where its row begins, unless another group commit
/// ended in between.
constexpr std::uint64_t run_window(std::uint64_t position) {
  return position - position % kRunRowEntries;
}

/// How many of `count` entries from `first` on go into one row.
constexpr std::size_t run_row_count(std::uint64_t first, std::size_t count) {
  const std::size_t room = kRunRowEntries - first % kRunRowEntries;
  return count < room ? count : room;
}

/// `entries` is 1 to 256 leaf entries back to back, as many as run_row_count allows; `call_ends[i]`
/// says whether a call ends with entry i.
std::string encode_run(std::string_view key, std::uint64_t time_ms, ByteView entries,
                       const std::vector<bool>& call_ends);

/// A row whose shape has been checked; its entries are checked as they are read. Views the row,
/// which must outlive it.
class RunRow {
 public:
  RunRow() = default;

  /// corrupt unless key and value have the right sizes.
  static Result<RunRow> parse(const Source& row);

  [[nodiscard]] IssuerId issuer() const { return issuer_; }
  [[nodiscard]] std::uint64_t first() const { return first_; }
  [[nodiscard]] std::size_t count() const { return count_; }
  [[nodiscard]] std::uint64_t time_ms() const { return time_ms_; }
  [[nodiscard]] bool call_end(std::size_t i) const { return ((ends_[i / 8] >> (i % 8)) & 1) != 0; }
  [[nodiscard]] bool holds(IssuerId issuer, std::uint64_t position) const {
    return issuer == issuer_ && position >= first_ && position - first_ < count_;
  }

  /// Whether entry `i` has this digest. One that has not is checked: damage is corrupt, not another
  /// digest. One that has is not: whoever goes on to use more of it checks what comes of it.
  [[nodiscard]] Result<bool> has_digest(std::size_t i, const Hash& digest) const;

  /// The entries of the group with entry `i`; corrupt if the group's checksum is wrong.
  [[nodiscard]] Result<ByteView> group_of(std::size_t i) const;

  /// Appends entries [from, to) to `out`, checked. Precondition: from <= to <= count().
  Status read(std::size_t from, std::size_t to, Bytes& out) const;

 private:
  IssuerId issuer_ = 0;
  std::uint64_t first_ = 0;
  std::uint64_t time_ms_ = 0;
  std::size_t count_ = 0;
  ByteView ends_;
  ByteView groups_;
  /// Checksum over key and head, with which the groups' checksums begin.
  std::uint32_t head_sum_ = 0;
};

}  // namespace kedge::node::rows
