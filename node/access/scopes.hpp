// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/method_table.hpp"

/// What credentials may allow (RFC 6749 section 3.3), and what follows from it.
namespace kedge::node {

/// Submit credentials of one's issuer, and have them sealed.
inline constexpr rpc::Scope kAnchorWrite{"anchor:write", 1};
/// Set the status of one's issuer's credentials, and take entries of its lists.
inline constexpr rpc::Scope kStatusWrite{"status:write", 2};
/// Read: what is one's issuer's own, and everything else where reading is not open.
inline constexpr rpc::Scope kRead{"read", 4};
/// Run the node: make issuers, give out and revoke tokens, see how it does. Allows no writing.
inline constexpr rpc::Scope kAdmin{"admin", 8};

inline constexpr rpc::Scopes kAllScopes =
    kAnchorWrite.bit | kStatusWrite.bit | kRead.bit | kAdmin.bit;

/// nullopt for a word that names none.
std::optional<rpc::Scope> scope_named(std::string_view name);
/// In the order above.
std::vector<std::string_view> scope_names(rpc::Scopes scopes);

/// Names that begin so are the node's own: nobody else writes for them.
inline constexpr std::string_view kReservedPrefix = "urn:kedge:";
/// No issuer has a longer name, in octets.
inline constexpr std::size_t kMaxIssuerOctets = 2048;

bool is_reserved_issuer(std::string_view name);

/// invalid_argument (field `issuer`) unless it is a URI (RFC 3986 section 3: a scheme and a colon)
/// without white space or control characters, of 1 to kMaxIssuerOctets octets, and not one of the
/// node's own.
Status check_issuer_uri(std::string_view name);

/// A caller with these scopes. Whoever may do anything may read; `admin` makes an operator,
/// anything else somebody of the issuer, if there is one. `actor` says whose credentials these are.
rpc::Caller make_caller(rpc::Scopes scopes, std::string issuer, std::string actor);

/// What stands behind `Bearer` (RFC 6750 section 2.1; the scheme without case, RFC 9110 section
/// 11.1); nullopt for anything else.
std::optional<std::string_view> bearer_token(std::string_view authorization);

}  // namespace kedge::node
