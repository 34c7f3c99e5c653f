// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwt_rules.hpp"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"
#include "node/access/scopes.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 16;
constexpr std::size_t kMaxSubject = 512;
/// NumericDate of 9999-12-31T23:59:59Z.
constexpr double kMaxSeconds = 253'402'300'799.0;
constexpr std::string_view kMediaTree = "application/";

Error refused(std::string why) {
  return {Errc::unauthorized, "access token: " + std::move(why)};
}

std::string plain_type(std::string_view type) {
  std::string out(type);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  // RFC 7515 section 4.1.9.
  if (out.starts_with(kMediaTree)) out.erase(0, kMediaTree.size());
  return out;
}

bool has_type(const JwtRules& rules, const std::optional<std::string>& type) {
  return type && std::any_of(rules.types.begin(), rules.types.end(), [&](const std::string& taken) {
           return plain_type(taken) == plain_type(*type);
         });
}

bool has_algorithm(const JwtRules& rules, std::string_view alg) {
  if (alg == "Ed25519") alg = "EdDSA";
  return std::find(rules.algorithms.begin(), rules.algorithms.end(), alg) != rules.algorithms.end();
}

const std::string* text_claim(const json& claims, const std::string& name) {
  const auto claim = claims.find(name);
  return claim == claims.end() ? nullptr : claim->get_ptr<const std::string*>();
}

/// RFC 7519 section 4.1.3.
bool names_audience(const json& claims, const std::string& audience) {
  const auto claim = claims.find("aud");
  if (claim == claims.end()) return false;
  if (!claim->is_array()) return *claim == audience;
  return std::any_of(claim->begin(), claim->end(),
                     [&](const json& element) { return element == audience; });
}

/// A NumericDate (RFC 7519 section 2) in milliseconds; nullopt if the claim is not there.
Result<std::optional<std::uint64_t>> date_claim(const json& claims, const char* name) {
  const auto claim = claims.find(name);
  if (claim == claims.end()) return std::optional<std::uint64_t>();
  const double seconds = claim->is_number() ? claim->get<double>() : -1;
  if (!(seconds >= 0) || seconds > kMaxSeconds) {
    return refused(std::string(name) + " is no number of seconds since 1970");
  }
  return std::optional(static_cast<std::uint64_t>(seconds * 1000));
}

void add_words(const JwtRules& rules, std::string_view text, rpc::Scopes& scopes) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (const auto word = rules.scopes.find(text.substr(0, end)); word != rules.scopes.end()) {
      scopes |= word->second;
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

/// A text of words (RFC 8693 section 4.2), or a list of them; without the claim none.
rpc::Scopes scopes_of(const JwtRules& rules, const json& claims) {
  rpc::Scopes scopes = 0;
  const auto claim = claims.find(rules.scope_claim);
  if (claim == claims.end()) return scopes;
  if (const auto* text = claim->get_ptr<const std::string*>()) add_words(rules, *text, scopes);
  if (!claim->is_array()) return scopes;
  for (const json& element : *claim) {
    if (const auto* text = element.get_ptr<const std::string*>()) add_words(rules, *text, scopes);
  }
  return scopes;
}

Status check_times(const json& claims, const JwtRules& rules, std::uint64_t now_ms,
                   AccessToken& out) {
  const auto exp = date_claim(claims, "exp");
  if (!exp) return exp.error();
  if (!*exp) return refused("exp is missing");
  out.until_ms = **exp + rules.leeway_ms;
  if (now_ms >= out.until_ms) return refused("expired");
  // Of a token that was made in the future nobody knows what it is.
  for (const char* name : {"nbf", "iat"}) {
    const auto date = date_claim(claims, name);
    if (!date) return date.error();
    if (!*date) continue;
    const std::uint64_t from = **date > rules.leeway_ms ? **date - rules.leeway_ms : 0;
    out.from_ms = std::max(out.from_ms, from);
    if (now_ms < from) return refused(std::string(name) + " is still to come");
  }
  return {};
}

Result<rpc::Caller> caller_of(const json& claims, const JwtRules& rules) {
  std::string issuer;
  if (const auto claim = claims.find(rules.issuer_claim); claim != claims.end()) {
    const auto* text = claim->get_ptr<const std::string*>();
    if (text == nullptr) return refused(rules.issuer_claim + " is no text");
    issuer = *text;
  }
  const std::string* const subject = text_claim(claims, "sub");
  std::string actor = subject != nullptr ? *subject : issuer;
  if (actor.size() > kMaxSubject) return refused("sub is too long");
  const rpc::Scopes scopes = scopes_of(rules, claims);
  // Operators and readers need not be anybody's issuer.
  const bool writes = (scopes & (kAnchorWrite.bit | kStatusWrite.bit)) != 0;
  if (const Status good = check_issuer_uri(issuer); !good) {
    if (writes) return refused(rules.issuer_claim + " names no issuer");
    issuer.clear();
  }
  return make_caller(scopes, std::move(issuer), "jwt:" + std::move(actor));
}

Result<AccessToken> check_claims(std::string_view payload, const JwtRules& rules,
                                 std::uint64_t now_ms) {
  const auto claims = crypto::parse_json(payload, {kMaxJwtBytes, kMaxDepth});
  if (!claims || !claims->is_object()) return refused("the claims are no JSON object");
  const std::string* const iss = text_claim(*claims, "iss");
  if (iss == nullptr || *iss != rules.issuer) return refused("iss is another");
  if (!names_audience(*claims, rules.audience)) return refused("aud is another");
  AccessToken out;
  if (const Status times = check_times(*claims, rules, now_ms, out); !times) return times.error();
  auto caller = caller_of(*claims, rules);
  if (!caller) return std::move(caller).error();
  out.caller = *std::move(caller);
  return out;
}

}  // namespace

JwtRules make_jwt_rules(const config::AccessSettings& settings) {
  JwtRules rules;
  rules.issuer = settings.jwt_issuer;
  rules.audience = settings.jwt_audience;
  rules.types = settings.jwt_types;
  rules.algorithms = settings.jwt_algorithms;
  rules.leeway_ms = static_cast<std::uint64_t>(settings.jwt_leeway.count());
  rules.scope_claim = settings.jwt_scope_claim;
  rules.issuer_claim = settings.jwt_issuer_claim;
  for (const std::string& pair : settings.jwt_scopes) {
    const std::size_t equals = pair.rfind('=');
    if (equals == std::string::npos) continue;
    if (const auto scope = scope_named(std::string_view(pair).substr(equals + 1))) {
      rules.scopes[pair.substr(0, equals)] |= scope->bit;
    }
  }
  if (settings.jwt_scopes.empty()) {
    // `admin` is a word that servers have for things of their own.
    for (const rpc::Scope& scope : {kAnchorWrite, kStatusWrite, kRead}) {
      rules.scopes.emplace(scope.name, scope.bit);
    }
  }
  return rules;
}

Result<AccessToken> check_access_token(std::string_view token, const KeySet& keys,
                                       const JwtRules& rules, std::uint64_t now_ms) {
  if (token.size() > kMaxJwtBytes) return refused("too long");
  const auto jws = crypto::parse_jws(token);
  // What was found goes into the record: nothing in it may be the sender's words.
  if (!jws) return refused("malformed");
  if (!has_type(rules, jws->header.typ)) return refused("typ is another");
  if (!has_algorithm(rules, jws->header.alg)) return refused("alg is another");
  const auto key = keys.find(jws->header);
  if (!key && key.error().code == Errc::not_found) return key.error();
  if (!key) return refused("it names no key, and several fit");
  if (const Status verified = verify_with(**key, *jws); !verified) {
    return refused("its signature does not verify");
  }
  const auto payload = crypto::base64url_decode(jws->payload_base64url);
  if (!payload) return refused("malformed");
  return check_claims(as_text(*payload), rules, now_ms);
}

}  // namespace kedge::node
