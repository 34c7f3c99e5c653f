// SPDX-License-Identifier: Apache-2.0
// Bearer credentials, JWK Sets, and the claims of access tokens that are really signed: what is
// taken is what the rules ask for.
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"
#include "node/access/jwt_rules.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/token_authority.hpp"

using namespace kedge;
using fuzz::check;
using nlohmann::json;
using test::TokenAuthority;

namespace {

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr auto kType = crypto::KeyType::ed25519;

const node::KeySet& keys() {
  static const node::KeySet set = *node::KeySet::parse(TokenAuthority().jwks().dump());
  return set;
}

const node::JwtRules& rules() {
  static const node::JwtRules made = node::make_jwt_rules(TokenAuthority::settings());
  return made;
}

/// Nobody but the authority can sign, so what is taken here was signed by it: the seeds alone.
void any_token(std::string_view text) {
  const auto checked = node::check_access_token(text, keys(), rules(), kNow);
  check(checked || !checked.error().message.empty(), "a refusal has a reason");
  if (checked) check(checked->until_ms > kNow, "what is taken is not over");
  (void)node::bearer_token(text);
  if (node::is_token(text)) check(text.size() == node::kTokenSize, "a token has one length");
}

void key_set(std::string_view text) {
  const auto set = node::KeySet::parse(text);
  if (!set) return check(!set.error().message.empty(), "a refusal has a reason");
  check(!set->keys().empty() && set->keys().size() <= node::kMaxJwksKeys, "keys are bounded");
  for (const node::JwtKey& key : set->keys()) {
    const bool ours =
        key.alg == "ES256" || key.alg == "ES256K" || key.alg == "EdDSA" || key.alg == "RS256";
    check(ours, "no key is for an algorithm of another kind");
  }
}

void claims(std::string_view text) {
  static const TokenAuthority authority;
  static const crypto::SecretKey key = authority.key(kType);
  static const std::string header =
      crypto::base64url_encode(as_bytes(TokenAuthority::header(kType).dump())) + ".";
  const std::string signed_part = header + crypto::base64url_encode(as_bytes(text));
  const std::string token =
      signed_part + "." + crypto::base64url_encode(*key.sign(as_bytes(signed_part)));
  const auto checked = node::check_access_token(token, keys(), rules(), kNow);
  if (!checked) return check(checked.error().code == Errc::unauthorized, "refused as wrong");
  const auto parsed = crypto::parse_json(text, {node::kMaxJwtBytes, 16});
  check(parsed && parsed->is_object(), "what is taken is an object");
  check((*parsed)["iss"] == TokenAuthority::kIss, "of the right server");
  check((*parsed)["exp"].get<double>() * 1000 > static_cast<double>(kNow) - 30'001, "not over");
  const rpc::Caller& caller = checked->caller;
  check((caller.scopes & node::kAdmin.bit) == 0, "no word makes an operator by itself");
  check(caller.actor.starts_with("jwt:"), "the record knows who it is");
  const rpc::Scopes writing = node::kAnchorWrite.bit | node::kStatusWrite.bit;
  if ((caller.scopes & writing) == 0) return;
  check(bool(node::check_issuer_uri(caller.issuer)), "who writes, writes for an issuer");
  check((*parsed)["sub"] == caller.issuer, "the one that is named");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      any_token(text);
      break;
    case 1:
      key_set(text);
      break;
    default:
      claims(text);
  }
  return 0;
}
