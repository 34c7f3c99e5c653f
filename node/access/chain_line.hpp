// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// The lines of an append-only file in which nothing can be changed, left out or put in without
/// every later line showing it: `<hash> <body>\n`, the hash being SHA-256(previous hash ‖ body) in
/// hex. The first line follows SHA-256 over the name of the file's format.
namespace kedge::node {

/// No line is longer, its line feed included.
inline constexpr std::size_t kMaxChainLine = std::size_t{32} << 10;

/// What the first line of a file follows.
Hash chain_start(std::string_view format);

/// SHA-256(previous ‖ body).
Hash chain_hash(const Hash& previous, std::string_view body);

/// Appends a line with its line feed. Precondition: the body holds no line feed, and the line is
/// within the bound.
void append_chain_line(std::string& out, const Hash& hash, std::string_view body);

struct ChainLine {
  Hash hash{};
  std::string_view body;
};

/// Reads a line that ends with its line feed and follows `previous`. invalid_argument if it has
/// another form, or if its hash is not that of its body there.
Result<ChainLine> parse_chain_line(const Hash& previous, std::string_view line);

}  // namespace kedge::node
