// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// What a credential is worth. The numbers are those of IETF Token Status List (section 7.1, the
/// first three of the registry), and the two bits of an entry in a list.
enum class StatusValue : std::uint8_t { valid = 0, revoked = 1, suspended = 2 };

/// "valid", "revoked" or "suspended".
std::string_view status_name(StatusValue value) noexcept;
/// invalid_argument for any other name.
Result<StatusValue> parse_status_name(std::string_view name);
/// invalid_argument for 3 and above.
Result<StatusValue> status_from_number(std::uint64_t number);

/// Whether a status may change so: to another one, and never away from `revoked`.
constexpr bool may_change(StatusValue before, StatusValue after) noexcept {
  return before != after && before != StatusValue::revoked;
}

/// List 0 of every issuer: index = position, so that each of its credentials has a status without
/// an index in it. Lists 1, 2, … are the published ones.
inline constexpr std::uint32_t kRegister = 0;

/// What has a status.
struct StatusTarget {
  std::uint32_t list = kRegister;
  std::uint64_t index = 0;
  friend auto operator<=>(const StatusTarget&, const StatusTarget&) = default;
};

/// One change as the log has it: `u32 list ‖ u64 index ‖ u8 old ‖ u8 new ‖ u64 time_ms`.
struct StatusChange {
  static constexpr std::size_t kSize = 22;

  StatusTarget target;
  StatusValue before = StatusValue::valid;
  StatusValue after = StatusValue::valid;
  /// When it was accepted.
  std::uint64_t time_ms = 0;
  friend bool operator==(const StatusChange&, const StatusChange&) = default;
};

using StatusChangeBytes = std::array<std::uint8_t, StatusChange::kSize>;

StatusChangeBytes encode_status_change(const StatusChange& change);

/// invalid_argument unless it has 22 octets, two known values, and is a change that may be.
Result<StatusChange> decode_status_change(ByteView bytes);

/// RFC 9162 root over the changes of a status entry, in order of acceptance.
Hash changes_root(std::span<const StatusChange> changes);

/// What a status entry says of one list: `u32 list ‖ u64 size ‖ bits_root[32]`.
struct ListRecord {
  static constexpr std::size_t kSize = 44;

  std::uint32_t list = kRegister;
  /// Entries: of the register, the issuer's sealed credentials, those of the same epoch included;
  /// of a published list, its fixed size.
  std::uint64_t size = 0;
  /// See status_tree.hpp.
  Hash bits_root{};
  friend bool operator==(const ListRecord&, const ListRecord&) = default;
};

Bytes encode_list_record(const ListRecord& record);

/// invalid_argument unless it has 44 octets.
Result<ListRecord> decode_list_record(ByteView bytes);

/// Leaf hashes of the records, for a tree with paths; its root is status_root.
std::vector<Hash> list_record_hashes(std::span<const ListRecord> records);

/// RFC 9162 root over the records. invalid_argument unless the register is the first of them and
/// their numbers ascend.
Result<Hash> status_root(std::span<const ListRecord> records);

/// The record of a list, or where there is none, nothing: then every entry of that list is valid.
std::optional<ListRecord> find_list(std::span<const ListRecord> records, std::uint32_t list);

}  // namespace kedge::node
