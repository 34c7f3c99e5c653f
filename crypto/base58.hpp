// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The conversion is quadratic in the length, so that both directions bound it: did:key and
/// multihash texts are far shorter.
inline constexpr std::size_t kBase58MaxBytes = 1024;
inline constexpr std::size_t kBase58MaxText = 1400;

/// Base58 with the Bitcoin alphabet (draft-msporny-base58-03). Each leading zero octet becomes a
/// leading `1`. Throws std::length_error beyond kBase58MaxBytes.
std::string base58btc_encode(ByteView bytes);

/// Every text over the alphabet is canonical. Other characters and more than kBase58MaxText of them
/// are invalid_argument.
Result<Bytes> base58btc_decode(std::string_view text);

}  // namespace kedge::crypto
