// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "crypto/bytes.hpp"

/// Parts of JSON texts that are written without a tree of values.
namespace kedge::node {

/// Decimal digits.
void append_integer(std::string& out, std::uint64_t value);

/// `"<hex>"`.
void append_quoted_hex(std::string& out, ByteView bytes);

/// `["<hex>",…]`.
void append_hashes(std::string& out, std::span<const Hash> hashes);

/// `[…]` of texts that are JSON already.
void append_json_array(std::string& out, std::span<const std::string> elements);

}  // namespace kedge::node
