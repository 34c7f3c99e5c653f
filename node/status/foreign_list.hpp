// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/bytes.hpp"
#include "node/status/compression.hpp"
#include "node/status/list_fault.hpp"
#include "node/status/purpose_bits.hpp"

/// Status lists that others have published, for verifiers. Strict: what two readers could take for
/// different statuses is refused. All functions are pure and hold at most kMaxListOctets besides
/// their input.
namespace kedge::node {

/// Which end of an octet the first entry is at.
enum class BitOrder : std::uint8_t { most_significant_first, least_significant_first };

/// A list, decompressed.
class ForeignList {
 public:
  /// Precondition: `entry_bits` is 1, 2, 4 or 8.
  ForeignList(Bytes octets, unsigned entry_bits, BitOrder order)
      : octets_(std::move(octets)), entry_bits_(entry_bits), order_(order) {}

  /// Entries, those that only fill the last octet included.
  [[nodiscard]] std::uint64_t size() const noexcept { return octets_.size() * (8 / entry_bits_); }
  [[nodiscard]] unsigned entry_bits() const noexcept { return entry_bits_; }
  [[nodiscard]] ByteView octets() const noexcept { return octets_; }

  /// The value of an entry; out_of_range at and beyond size().
  [[nodiscard]] ListResult<std::uint8_t> value(std::uint64_t index) const;

 private:
  Bytes octets_;
  unsigned entry_bits_;
  BitOrder order_;
};

/// `encodedList` of W3C Bitstring Status List v1.0 section 4.2: `u`, base64url without padding,
/// gzip, one bit an entry, at least kMinListEntries. (For `statusSize` other than 1 the packing is
/// disputed; a verifier refuses such entries before it comes here.)
ListResult<ForeignList> decode_bitstring(std::string_view encoded_list);

/// `encodedList` of StatusList2021 as EBSI's verifier reads it: standard base64 with or without
/// padding, gzip, one bit an entry, at least kMinListEntries.
ListResult<ForeignList> decode_status_list_2021(std::string_view encoded_list);

/// `lst` of Token Status List section 4: zlib, `bits` (1, 2, 4 or 8) an entry, at least one entry.
/// The text is base64url without padding; in CBOR there is none.
ListResult<ForeignList> decode_token_list(std::string_view lst, std::uint64_t bits);
ListResult<ForeignList> decode_token_list(ByteView lst, std::uint64_t bits);

}  // namespace kedge::node
