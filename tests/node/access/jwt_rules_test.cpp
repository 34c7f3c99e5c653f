// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwt_rules.hpp"

#include <gtest/gtest.h>

#include "node/access/scopes.hpp"
#include "tests/node/access/rsa_signer.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using nlohmann::json;
using test::TokenAuthority;

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::string_view kIssuer = "did:example:a";

class JwtRulesTest : public testing::Test {
 protected:
  JwtRulesTest() : keys_(*KeySet::parse(authority_.jwks().dump())) {}

  static json claims() { return TokenAuthority::claims(kIssuer, "anchor:write", kNow); }

  Result<AccessToken> check(const std::string& token, std::uint64_t now_ms = kNow) {
    return check_access_token(token, keys_, make_jwt_rules(settings_), now_ms);
  }
  /// `fine`, or why not.
  std::string outcome(const std::string& token, std::uint64_t now_ms = kNow) {
    const auto checked = check(token, now_ms);
    if (checked) return "fine";
    EXPECT_TRUE(checked.error().code == Errc::unauthorized ||
                checked.error().code == Errc::not_found);
    EXPECT_FALSE(checked.error().message.empty());
    const std::string& message = checked.error().message;
    return message.starts_with("access token: ") ? message.substr(14) : message;
  }
  /// With one claim another, or none if the value is null.
  std::string with(const std::string& name, const json& value, std::uint64_t now_ms = kNow) {
    json changed = claims();
    changed[name] = value;
    if (value.is_null()) changed.erase(name);
    return outcome(authority_.sign(changed), now_ms);
  }
  std::string with_header(const std::string& name, const json& value) {
    json changed = TokenAuthority::header(KeyType::p256);
    changed[name] = value;
    if (value.is_null()) changed.erase(name);
    return outcome(authority_.sign_with(changed, claims(), KeyType::p256));
  }

  TokenAuthority authority_;
  KeySet keys_;
  config::AccessSettings settings_ = TokenAuthority::settings();
};

TEST_F(JwtRulesTest, TakesTokensOfEveryAlgorithm) {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256, KeyType::secp256k1}) {
    const auto token = check(authority_.sign(claims(), type));
    ASSERT_TRUE(token) << token.error().message;
    EXPECT_EQ(token->caller.issuer, kIssuer);
    EXPECT_EQ(token->caller.scopes, kAnchorWrite.bit | kRead.bit);
    EXPECT_EQ(token->caller.access, rpc::Access::issuer);
    EXPECT_EQ(token->caller.actor, "jwt:did:example:a");
    EXPECT_EQ(token->until_ms, kNow + 630'000);
  }
}

TEST_F(JwtRulesTest, TakesRs256AndItsKeyForNothingElse) {
  const test::RsaSigner rsa;
  json jwks = authority_.jwks();
  jwks["keys"].push_back(rsa.jwk("rsa-1"));
  keys_ = *KeySet::parse(jwks.dump());
  const json header = {{"typ", "at+jwt"}, {"alg", "RS256"}, {"kid", "rsa-1"}};
  EXPECT_EQ(outcome(rsa.sign(header, claims())), "fine");
  EXPECT_EQ(outcome(test::RsaSigner().sign(header, claims())), "its signature does not verify");
  for (const char* alg : {"RS384", "PS256", "HS256", "RS1"}) {
    json other = header;
    other["alg"] = alg;
    EXPECT_EQ(outcome(rsa.sign(other, claims())), "alg is another") << alg;
  }
  // Another key's name.
  json named = header;
  named["kid"] = TokenAuthority::kid(KeyType::p256);
  EXPECT_EQ(check(rsa.sign(named, claims())).error().code, Errc::not_found);
}

/// RFC 8725 section 3.1: the algorithm is the key's and the configuration's, never the sender's.
TEST_F(JwtRulesTest, RefusesConfusedAlgorithms) {
  EXPECT_EQ(with_header("alg", "none"), "malformed");
  EXPECT_EQ(with_header("alg", "HS256"), "alg is another");
  EXPECT_EQ(with_header("alg", "es256"), "alg is another");
  EXPECT_EQ(
      check(authority_.sign_with(
                {{"typ", "at+jwt"}, {"alg", "ES256K"}, {"kid", TokenAuthority::kid(KeyType::p256)}},
                claims(), KeyType::p256))
          .error()
          .code,
      Errc::not_found);
  settings_.jwt_algorithms = {"EdDSA"};
  EXPECT_EQ(outcome(authority_.sign(claims(), KeyType::p256)), "alg is another");
  EXPECT_EQ(outcome(authority_.sign(claims(), KeyType::ed25519)), "fine");
  // A token without its signature, or with another's.
  const std::string token = authority_.sign(claims(), KeyType::ed25519);
  EXPECT_EQ(outcome(token.substr(0, token.rfind('.') + 1)), "malformed");
  EXPECT_EQ(outcome(TokenAuthority(0x33).sign(claims(), KeyType::ed25519)),
            "its signature does not verify");
}

TEST_F(JwtRulesTest, LooksAtTheHeader) {
  for (const char* typ : {"at+jwt", "application/at+jwt", "AT+JWT", "Application/At+Jwt"}) {
    EXPECT_EQ(with_header("typ", typ), "fine") << typ;
  }
  for (const json& typ : {json("JWT"), json(""), json(nullptr), json("jwt+at")}) {
    EXPECT_EQ(with_header("typ", typ), "typ is another") << typ;
  }
  EXPECT_EQ(with_header("typ", 7), "malformed");
  EXPECT_EQ(with_header("kid", "nobody"), "no key of this name");
  EXPECT_EQ(with_header("kid", nullptr), "fine");
  json crit = TokenAuthority::header(KeyType::p256);
  crit["crit"] = {"x"};
  crit["x"] = 1;
  EXPECT_EQ(outcome(authority_.sign_with(crit, claims(), KeyType::p256)),
            "its signature does not verify");
  // Where a key comes from is not the sender's to say (RFC 8725 section 3.10).
  json own = TokenAuthority::header(KeyType::p256);
  own["jwk"] = crypto::jwk_from_public_key(TokenAuthority(0x33).key(KeyType::p256).public_key());
  own["jku"] = "https://evil.example/keys";
  EXPECT_EQ(outcome(TokenAuthority(0x33).sign_with(own, claims(), KeyType::p256)),
            "its signature does not verify");
}

TEST_F(JwtRulesTest, LooksAtIssuerAndAudience) {
  EXPECT_EQ(with("iss", "https://auth.example.edu"), "iss is another");
  EXPECT_EQ(with("iss", nullptr), "iss is another");
  EXPECT_EQ(with("iss", json::array({TokenAuthority::kIss})), "iss is another");
  EXPECT_EQ(with("aud", "https://other.example/"), "aud is another");
  EXPECT_EQ(with("aud", nullptr), "aud is another");
  EXPECT_EQ(with("aud", json::array()), "aud is another");
  EXPECT_EQ(with("aud", {{"x", TokenAuthority::kAud}}), "aud is another");
  EXPECT_EQ(with("aud", json::array({"https://other.example/", TokenAuthority::kAud})), "fine");
}

TEST_F(JwtRulesTest, LooksAtTheTimesWithItsLeeway) {
  const auto seconds = [](std::int64_t from_now) {
    return json(static_cast<std::int64_t>(kNow / 1000) + from_now);
  };
  EXPECT_EQ(with("exp", nullptr), "exp is missing");
  EXPECT_EQ(with("exp", seconds(-30)), "expired");
  EXPECT_EQ(with("exp", seconds(-29)), "fine");
  EXPECT_EQ(with("nbf", seconds(30)), "fine");
  EXPECT_EQ(with("nbf", seconds(31)), "nbf is still to come");
  EXPECT_EQ(with("nbf", seconds(-9'999)), "fine");
  EXPECT_EQ(with("iat", seconds(31)), "iat is still to come");
  EXPECT_EQ(with("iat", nullptr), "fine");
  EXPECT_EQ(with("exp", static_cast<double>(kNow / 1000) + 0.5), "fine");
  for (const json& wrong : {json("1"), json(-1), json(true), json(1e300), json(json::array())}) {
    EXPECT_EQ(with("exp", wrong), "exp is no number of seconds since 1970") << wrong;
    EXPECT_EQ(with("nbf", wrong), "nbf is no number of seconds since 1970") << wrong;
  }
}

TEST_F(JwtRulesTest, TakesScopesAsTextOrListAndNoWordsThatItDoesNotKnow) {
  const auto scopes = [&](const std::string& name, const json& value) {
    json changed = claims();
    changed.erase("scope");
    changed[name] = value;
    const auto token = check(authority_.sign(changed));
    return token ? token->caller.scopes : ~0U;
  };
  EXPECT_EQ(scopes("scope", "openid anchor:write  status:write x"),
            kAnchorWrite.bit | kStatusWrite.bit | kRead.bit);
  EXPECT_EQ(scopes("scope", json::array({"status:write", 7, nullptr, "y"})),
            kStatusWrite.bit | kRead.bit);
  for (const json& nothing : {json(""), json("openid"), json(7), json(json::array()), json("READ"),
                              json("admin"), json(nullptr)}) {
    EXPECT_EQ(scopes("scope", nothing), 0U) << nothing;
  }
  EXPECT_EQ(scopes("scp", "anchor:write"), 0U);
  settings_.jwt_scope_claim = "scp";
  EXPECT_EQ(scopes("scp", "anchor:write"), kAnchorWrite.bit | kRead.bit);
  // With words of the server's own, ours are words like any other.
  settings_.jwt_scopes = {"timestamp_write=anchor:write", "timestamp_write=status:write",
                          "kedge_admin=admin"};
  EXPECT_EQ(scopes("scp", "timestamp_write"), kAnchorWrite.bit | kStatusWrite.bit | kRead.bit);
  EXPECT_EQ(scopes("scp", "anchor:write admin"), 0U);
  EXPECT_EQ(scopes("scp", "kedge_admin"), kAdmin.bit | kRead.bit);
}

TEST_F(JwtRulesTest, NamesTheIssuerByTheConfiguredClaim) {
  EXPECT_EQ(with("sub", nullptr), "sub names no issuer");
  EXPECT_EQ(with("sub", "urn:kedge:record:x"), "sub names no issuer");
  EXPECT_EQ(with("sub", "no uri"), "sub names no issuer");
  EXPECT_EQ(with("sub", 7), "sub is no text");
  EXPECT_EQ(with("sub", "did:x:" + std::string(600, 'a')), "sub is too long");
  settings_.jwt_issuer_claim = "org";
  json changed = claims();
  changed["sub"] = "clerk-17";
  changed["org"] = "did:example:b";
  const auto token = check(authority_.sign(changed));
  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->caller.issuer, "did:example:b");
  EXPECT_EQ(token->caller.actor, "jwt:clerk-17");
  // A reader need not be anybody's issuer.
  changed.erase("org");
  changed["scope"] = "read";
  const auto reader = check(authority_.sign(changed));
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->caller.access, rpc::Access::open);
  EXPECT_EQ(reader->caller.scopes, kRead.bit);
}

/// EBSI's authorisation API v4: `typ` JWT, `scp` with words of its own, `sub` the legal entity's
/// DID.
TEST_F(JwtRulesTest, TakesTokensShapedAsEbsisByConfigurationAlone) {
  const json header = {
      {"typ", "JWT"}, {"alg", "ES256"}, {"kid", TokenAuthority::kid(KeyType::p256)}};
  json ebsi = {{"iss", TokenAuthority::kIss},
               {"aud", json::array({TokenAuthority::kAud})},
               {"sub", "did:ebsi:zjHZjJ4Sy7r92BxXzFGs7qD"},
               {"scp", "openid timestamp_write"},
               {"iat", kNow / 1000},
               {"exp", kNow / 1000 + 7200},
               {"nonce", "2c8f"},
               {"jti", "b6a9"}};
  const std::string token = authority_.sign_with(header, ebsi, KeyType::p256);
  EXPECT_EQ(outcome(token), "typ is another");
  settings_.jwt_types = {"at+jwt", "JWT"};
  settings_.jwt_scope_claim = "scp";
  settings_.jwt_scopes = {"timestamp_write=anchor:write", "tir_write=status:write"};
  const auto checked = check(token);
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->caller.issuer, "did:ebsi:zjHZjJ4Sy7r92BxXzFGs7qD");
  EXPECT_EQ(checked->caller.scopes, kAnchorWrite.bit | kRead.bit);
}

TEST_F(JwtRulesTest, EveryChangedOctetIsRefused) {
  const std::string token = authority_.sign(claims(), KeyType::ed25519);
  ASSERT_EQ(outcome(token), "fine");
  for (std::size_t i = 0; i < token.size(); ++i) {
    std::string changed = token;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(outcome(changed), "fine") << i;
    EXPECT_NE(outcome(token.substr(0, i)), "fine") << i;
  }
}

TEST_F(JwtRulesTest, BoundsWhatItReads) {
  json large = claims();
  large["padding"] = std::string(kMaxJwtBytes, 'x');
  EXPECT_EQ(outcome(authority_.sign(large)), "too long");
  EXPECT_EQ(outcome(""), "malformed");
  EXPECT_EQ(outcome(".."), "malformed");
  EXPECT_EQ(outcome(std::string(kMaxJwtBytes, '.')), "malformed");
  // Deep, doubled and unreadable claims are refused as a whole.
  for (const std::string& text :
       {"{\"a\":" + std::string(40, '[') + std::string(40, ']') + "}",
        std::string(R"({"iss":"a","iss":"b"})"), std::string("[]"), std::string("\xff")}) {
    const std::string head =
        crypto::base64url_encode(as_bytes(TokenAuthority::header(KeyType::p256).dump())) + "." +
        crypto::base64url_encode(as_bytes(text));
    const auto signature = authority_.key(KeyType::p256).sign(as_bytes(head));
    EXPECT_EQ(outcome(head + "." + crypto::base64url_encode(*signature)),
              "the claims are no JSON object");
  }
}

}  // namespace
}  // namespace kedge::node
