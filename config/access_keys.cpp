// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "config/key_kinds.hpp"

/// The keys of `[access]`.
namespace kedge::config {
namespace {

using namespace kinds;
using std::chrono::hours;
using std::chrono::seconds;

bool is_text_or_empty(std::string_view text) {
  return text.empty() || (is_one_line(text) && text.size() <= 2048);
}

/// A host after the scheme, and no user information, which would look as if it led elsewhere.
bool is_location(std::string_view rest) {
  return !rest.empty() && rest.front() != '/' && is_one_line(rest) && rest.size() <= 2048 &&
         rest.find_first_of("@\"\\ #") == std::string_view::npos;
}

bool is_loopback(std::string_view rest) {
  for (const std::string_view host : {"127.0.0.1", "[::1]", "localhost"}) {
    if (!rest.starts_with(host)) continue;
    const std::string_view after = rest.substr(host.size());
    if (after.empty() || after.front() == ':' || after.front() == '/') return true;
  }
  return false;
}

/// Whoever can change what comes from there can make itself anybody.
bool is_key_url(std::string_view text) {
  if (text.empty()) return true;
  if (text.starts_with("https://")) return is_location(text.substr(8));
  return text.starts_with("http://") && is_location(text.substr(7)) && is_loopback(text.substr(7));
}

bool is_claim(std::string_view text) {
  return is_one_line(text) && text.size() <= 100;
}

bool is_algorithm(std::string_view text) {
  return text == "ES256" || text == "ES256K" || text == "EdDSA" || text == "RS256";
}

bool is_scope(std::string_view text) {
  return text == "anchor:write" || text == "status:write" || text == "read" || text == "admin";
}

/// RFC 6749 section 3.3: a scope token has no spaces, quotes or backslashes.
bool is_scope_pair(std::string_view text) {
  const std::size_t equals = text.rfind('=');
  return equals != std::string_view::npos && equals > 0 && equals <= 200 && is_one_line(text) &&
         text.find_first_of(" \"\\") == std::string_view::npos && is_scope(text.substr(equals + 1));
}

Key<Settings> flag(std::string_view path, bool AccessSettings::*member, std::string_view meaning) {
  return {path, "true or false", meaning,
          [member](Settings& target, const Value& value) -> Status {
            const auto* found = std::get_if<bool>(&value);
            if (found == nullptr) return expected("true or false", value);
            target.access.*member = *found;
            return {};
          },
          [member](const Settings& target) { return target.access.*member ? "true" : "false"; }};
}

// A member of the settings, for reading and writing alike.
#define KEDGE_MEMBER(member)     \
  [](auto& target) -> auto& {    \
    return target.access.member; \
  }

}  // namespace

std::vector<Key<Settings>> access_keys() {
  using S = Settings;
  return {
      choice<S>("access.read", KEDGE_MEMBER(read), {"open", "token"},
                "Who may read: everybody, or whoever has a token with a scope."),
      flag("access.record", &AccessSettings::record,
           "Keep a hash-chained record of writes and refusals, bound to each epoch of the log."),
      text<S>("access.jwt_issuer", KEDGE_MEMBER(jwt_issuer), is_text_or_empty,
              "the \"iss\" of access tokens, or nothing",
              "The OAuth 2.0 authorisation server whose JWT access tokens are taken; nothing means "
              "none."),
      text<S>("access.jwt_audience", KEDGE_MEMBER(jwt_audience), is_text_or_empty,
              "a text, or nothing", "What \"aud\" of an access token must name: this node."),
      text<S>("access.jwks_file", KEDGE_MEMBER(jwks_file), is_text_or_empty, "a path, or nothing",
              "File with the public keys of the server (a JWK Set)."),
      unshown(text<S>("access.jwks_url", KEDGE_MEMBER(jwks_url), is_key_url,
                      "an https URL, an http URL on this machine, or nothing",
                      "Where the server publishes its JWK Set, instead of a file.")),
      text<S>("access.jwks_ca_file", KEDGE_MEMBER(jwks_ca_file), is_text_or_empty,
              "a path, or nothing",
              "PEM file of the certificates to trust for it; nothing means the system's."),
      duration<S>("access.jwks_refresh", KEDGE_MEMBER(jwks_refresh), seconds(1), hours(24),
                  "Time between two looks at the JWK Set."),
      duration<S>("access.jwks_max_age", KEDGE_MEMBER(jwks_max_age), seconds(10), hours(24 * 30),
                  "How long keys are believed after the last look that succeeded."),
      list<S>("access.jwt_types", KEDGE_MEMBER(jwt_types), is_claim, "a list of texts",
              "What \"typ\" of an access token may be; EBSI's have \"JWT\"."),
      list<S>("access.jwt_algorithms", KEDGE_MEMBER(jwt_algorithms), is_algorithm,
              "a list of \"ES256\", \"ES256K\", \"EdDSA\" and \"RS256\"",
              "Signature algorithms of access tokens."),
      duration<S>("access.jwt_leeway", KEDGE_MEMBER(jwt_leeway), milliseconds(0), seconds(300),
                  "How far the clocks of the server and the node may differ."),
      text<S>(
          "access.jwt_scope_claim", KEDGE_MEMBER(jwt_scope_claim), is_claim, "the name of a claim",
          "The claim with the scopes, a text with spaces or a list of texts; EBSI's is \"scp\"."),
      text<S>("access.jwt_issuer_claim", KEDGE_MEMBER(jwt_issuer_claim), is_claim,
              "the name of a claim", "The claim that names the issuer whom its bearer writes for."),
      list<S>(
          "access.jwt_scopes", KEDGE_MEMBER(jwt_scopes), is_scope_pair,
          "a list of texts such as \"timestamp_write=anchor:write\"",
          "The server's words for the scopes anchor:write, status:write, read and admin; without "
          "any, the first three stand for themselves."),
  };
}

#undef KEDGE_MEMBER

std::vector<KeyFault> access_faults(const AccessSettings& access) {
  std::vector<KeyFault> faults;
  const bool keys_named = !access.jwks_file.empty() || !access.jwks_url.empty();
  if (access.jwt_issuer.empty()) {
    if (keys_named) faults.push_back({"access.jwt_issuer", "expected the \"iss\" of the tokens"});
    return faults;
  }
  if (access.jwt_audience.empty()) {
    faults.push_back({"access.jwt_audience",
                      "expected a text: without it, tokens for other services would be taken"});
  }
  if (access.jwks_file.empty() == access.jwks_url.empty()) {
    faults.push_back({"access.jwks_file", "expected one of access.jwks_file and access.jwks_url"});
  }
  if (access.jwks_max_age < access.jwks_refresh) {
    faults.push_back({"access.jwks_max_age", "expected at least access.jwks_refresh"});
  }
  if (access.jwt_types.empty()) faults.push_back({"access.jwt_types", "expected at least one"});
  if (access.jwt_algorithms.empty()) {
    faults.push_back({"access.jwt_algorithms", "expected at least one"});
  }
  return faults;
}

}  // namespace kedge::config
