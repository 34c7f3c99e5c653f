// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "crypto/bytes.hpp"

namespace kedge::crypto {

/// SHA-256(0x00 ‖ entry), RFC 9162 section 2.1.1.
Hash leaf_hash(ByteView entry);

/// SHA-256(0x01 ‖ left ‖ right), RFC 9162 section 2.1.1.
Hash node_hash(const Hash& left, const Hash& right);

/// Root of the tree without leaves: SHA-256 of the empty string.
Hash empty_root();

/// Root of the tree over these leaf hashes, in O(n) time and space.
Hash tree_root(std::span<const Hash> leaf_hashes);

}  // namespace kedge::crypto
