// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "node/status/list_fault.hpp"

namespace kedge::node {

/// What stands around a DEFLATE stream: gzip (RFC 1952) in the W3C lists, zlib (RFC 1950) in Token
/// Status Lists.
enum class Wrapping : std::uint8_t { gzip, zlib };

/// The greatest list that is decompressed, in octets: 134,217,728 one-bit entries. A few hundred
/// octets can inflate to it, none to more.
inline constexpr std::size_t kMaxListOctets = std::size_t{16} << 20;

/// In little time rather than in the fewest octets: lists are compressed anew at every epoch in
/// which they change. The same input gives the same output with the same zlib: no time stamp, no
/// name.
Bytes compress(ByteView octets, Wrapping wrapping);

/// One stream, from the first octet to the last: wrong_compression if it is not one of this
/// wrapping, broken or cut off; trailing_data if anything follows; too_large beyond `max_octets`,
/// found out without holding more than that.
ListResult<Bytes> decompress(ByteView octets, Wrapping wrapping,
                             std::size_t max_octets = kMaxListOctets);

}  // namespace kedge::node
