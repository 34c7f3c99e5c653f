// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// What a list of one-bit entries tells (W3C Bitstring Status List v1.0 section 2.2).
enum class StatusPurpose : std::uint8_t { revocation, suspension };

inline constexpr StatusPurpose kStatusPurposes[] = {StatusPurpose::revocation,
                                                    StatusPurpose::suspension};

/// `revocation` or `suspension`.
std::string_view purpose_name(StatusPurpose purpose);
Result<StatusPurpose> purpose_from_name(std::string_view name);

/// The fewest entries of a list (W3C Bitstring Status List v1.0 section 2.2, StatusList2021): a
/// smaller crowd would tell who is looked up.
inline constexpr std::uint64_t kMinListEntries = 131'072;

/// One bit an entry, most significant bit first, from statuses packed as in the log: two bits an
/// entry, index 0 in the least significant bits of octet 0 (0 valid, 1 revoked, 2 suspended). The
/// result has ceil(size / 8) octets. Precondition: `packed` has at least ceil(size / 4) octets, and
/// what it holds beyond `size` is not looked at.
Bytes purpose_bits(ByteView packed, std::uint64_t size, StatusPurpose purpose);

}  // namespace kedge::node
