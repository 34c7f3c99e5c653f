// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/access/chain_file.hpp"
#include "rpc/method_table.hpp"

/// What the file of tokens holds, one JSON object a line (chain_line.hpp):
/// `{"do":"issue","hash","issuer","scopes":[...],"label","created","expires"?}` and
/// `{"do":"revoke","hash","time"}`. Each value has one text: what is read is what would be written.
namespace kedge::node {

inline constexpr std::size_t kMaxTokenLabel = 100;

ChainFormat token_format();

/// A token, without its text, which only its owner has.
struct TokenRow {
  /// token_hash() of its text.
  Hash hash{};
  std::string issuer;
  rpc::Scopes scopes = 0;
  /// What it is for, for a person; at most kMaxTokenLabel octets.
  std::string label;
  std::uint64_t created_ms = 0;
  /// Good until then; nullopt: for ever.
  std::optional<std::uint64_t> expires_ms = {};
  std::optional<std::uint64_t> revoked_ms = {};
};

struct TokenRevocation {
  Hash hash{};
  std::uint64_t time_ms = 0;
};

using TokenLine = std::variant<TokenRow, TokenRevocation>;

/// Of an issue: `revoked_ms` is not written.
std::string format_token_line(const TokenLine& line);
/// invalid_argument for anything that format_token_line would not write.
Result<TokenLine> parse_token_line(std::string_view body);

/// The names in a JSON array of scopes, each once; invalid_argument (field `scopes`) for others.
Result<rpc::Scopes> parse_scopes(const std::vector<std::string_view>& elements);

}  // namespace kedge::node
