// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::node {

/// C2SP tlog-tiles entry bundle: `u16 length ‖ entry`, back to back. invalid_argument for no entry,
/// more than 256, or one longer than 65,535 bytes.
Result<Bytes> encode_entry_bundle(std::span<const Bytes> entries);

/// The entries of a bundle; invalid_argument if there are not exactly `count` or bytes are left
/// over or missing.
Result<std::vector<Bytes>> decode_entry_bundle(ByteView bundle, std::size_t count);

}  // namespace kedge::node
