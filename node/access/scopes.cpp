// SPDX-License-Identifier: Apache-2.0
#include "node/access/scopes.hpp"

#include <algorithm>
#include <array>

#include "rpc/json_text.hpp"

namespace kedge::node {
namespace {

constexpr std::array kScopes = {kAnchorWrite, kStatusWrite, kRead, kAdmin};
constexpr std::string_view kScheme = "bearer ";

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool is_letter(char c) {
  return lower(c) >= 'a' && lower(c) <= 'z';
}

/// RFC 3986 section 3.1.
bool has_uri_scheme(std::string_view name) {
  const std::size_t colon = name.find(':');
  if (colon == std::string_view::npos || colon == 0 || !is_letter(name.front())) return false;
  const std::string_view scheme = name.substr(0, colon);
  return std::all_of(scheme.begin(), scheme.end(), [](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

}  // namespace

std::optional<rpc::Scope> scope_named(std::string_view name) {
  for (const rpc::Scope& scope : kScopes) {
    if (scope.name == name) return scope;
  }
  return std::nullopt;
}

std::vector<std::string_view> scope_names(rpc::Scopes scopes) {
  std::vector<std::string_view> names;
  for (const rpc::Scope& scope : kScopes) {
    if ((scopes & scope.bit) != 0) names.push_back(scope.name);
  }
  return names;
}

bool is_reserved_issuer(std::string_view name) {
  // The scheme and the namespace of a URN are compared without case (RFC 8141 section 3.1).
  return name.size() >= kReservedPrefix.size() &&
         std::equal(kReservedPrefix.begin(), kReservedPrefix.end(), name.begin(),
                    [](char a, char b) { return a == lower(b); });
}

Status check_issuer_uri(std::string_view name) {
  const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
  });
  if (name.size() > kMaxIssuerOctets || !plain || !has_uri_scheme(name) || !rpc::is_utf8(name)) {
    return invalid_argument(
        "expected a DID or another URI of 1 to " + std::to_string(kMaxIssuerOctets) + " octets",
        "issuer");
  }
  if (is_reserved_issuer(name)) {
    return invalid_argument("names that begin with urn:kedge: are the node's own", "issuer");
  }
  return {};
}

rpc::Caller make_caller(rpc::Scopes scopes, std::string issuer, std::string actor) {
  rpc::Caller caller;
  if ((scopes & kAllScopes) != 0) scopes |= kRead.bit;
  if ((scopes & kAdmin.bit) != 0) {
    caller.access = rpc::Access::admin;
  } else if (scopes != 0 && !issuer.empty()) {
    caller.access = rpc::Access::issuer;
  }
  caller.issuer = std::move(issuer);
  caller.scopes = scopes;
  caller.actor = std::move(actor);
  return caller;
}

std::optional<std::string_view> bearer_token(std::string_view authorization) {
  if (authorization.size() <= kScheme.size() ||
      !std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                  [](char a, char b) { return a == lower(b); })) {
    return std::nullopt;
  }
  return authorization.substr(kScheme.size());
}

}  // namespace kedge::node
