// SPDX-License-Identifier: Apache-2.0
#include "node/access/jwks.hpp"

#include <gtest/gtest.h>

#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using nlohmann::json;
using test::TokenAuthority;

std::size_t usable(const json& keys) {
  const auto set = KeySet::parse(json{{"keys", keys}}.dump());
  return set ? set->keys().size() : 0;
}

TEST(Jwks, ReadsTheKeysItCanUse) {
  const auto set = KeySet::parse(TokenAuthority().jwks().dump());
  ASSERT_TRUE(set) << set.error().message;
  ASSERT_EQ(set->keys().size(), 3U);
  EXPECT_EQ(set->keys()[0].alg, "EdDSA");
  EXPECT_EQ(set->keys()[1].alg, "ES256");
  EXPECT_EQ(set->keys()[2].alg, "ES256K");
  EXPECT_EQ(set->keys()[2].kid, "key-secp256k1");
}

/// RFC 7517 section 5: what is not understood is left out, and does not spoil the rest.
TEST(Jwks, LeavesOutWhatMustNotVerify) {
  const json good = TokenAuthority().jwks()["keys"][1];
  EXPECT_EQ(usable(json::array({good})), 1U);
  const std::vector<std::pair<std::string, json>> changes = {
      {"use", "enc"},  {"alg", "HS256"},  {"alg", "ES256K"},
      {"alg", "none"}, {"crv", "P-384"},  {"kty", "oct"},
      {"d", "AAAA"},   {"k", "c2VjcmV0"}, {"kid", 7},
      {"kid", ""},     {"kty", "RSA"},    {"key_ops", json::array({"wrapKey"})},
      {"x", "AAAA"},   {"y", good["x"]},  {"kid", std::string(513, 'k')}};
  for (const auto& [name, value] : changes) {
    json bad = good;
    bad[name] = value;
    EXPECT_EQ(usable(json::array({bad})), 0U) << name << " " << value;
    json other = TokenAuthority(0x52).jwks()["keys"][1];
    other["kid"] = "other";
    EXPECT_EQ(usable(json::array({bad, other})), 1U) << name << " " << value;
  }
  EXPECT_EQ(usable(json::array({json{{"kty", "oct"}, {"k", "c2VjcmV0"}, {"alg", "HS256"}}})), 0U);
  EXPECT_EQ(usable(json::array({"text", nullptr, 7, json::array()})), 0U);
}

TEST(Jwks, RefusesWhatIsNoSetOrAmbiguousOrTooLarge) {
  const json good = TokenAuthority().jwks()["keys"][1];
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        std::string(R"({"keys":{}})"), std::string(R"({"keys":[]})"), good.dump(),
        R"({"keys":[)" + std::string(64, '[') + std::string(64, ']') + "]}",
        R"({"keys":[],"x":")" + std::string(kMaxJwksBytes, 'x') + "\"}"}) {
    const auto set = KeySet::parse(text);
    ASSERT_FALSE(set) << text.substr(0, 100);
    EXPECT_EQ(set.error().code, Errc::invalid_argument);
    EXPECT_FALSE(set.error().message.empty());
  }
  json twice = TokenAuthority(0x52).jwks()["keys"][1];
  EXPECT_EQ(usable(json::array({good, twice})), 0U);
  twice["kid"] = "another";
  EXPECT_EQ(usable(json::array({good, twice})), 2U);
  json many = json::array();
  for (std::size_t i = 0; i <= kMaxJwksKeys; ++i) {
    many.push_back(good);
    many.back()["kid"] = std::to_string(i);
  }
  EXPECT_EQ(usable(many), 0U);
  many.erase(0);
  EXPECT_EQ(usable(many), kMaxJwksKeys);
}

TEST(Jwks, FindsTheKeyThatIsNamedAndOneThatIsNotOnlyWhereItIsAlone) {
  const auto set = KeySet::parse(TokenAuthority().jwks().dump());
  ASSERT_TRUE(set);
  crypto::JwsHeader header;
  header.alg = "ES256";
  header.kid = TokenAuthority::kid(KeyType::p256);
  EXPECT_EQ((*set->find(header))->alg, "ES256");
  // The right name with another algorithm is another key.
  header.alg = "ES256K";
  EXPECT_EQ(set->find(header).error().code, Errc::not_found);
  header.kid = "nobody";
  EXPECT_EQ(set->find(header).error().code, Errc::not_found);
  header.kid.reset();
  EXPECT_EQ((*set->find(header))->alg, "ES256K");
  header.alg = "Ed25519";
  EXPECT_EQ((*set->find(header))->alg, "EdDSA");

  json keys = TokenAuthority().jwks()["keys"];
  keys.push_back(TokenAuthority(0x52).jwks()["keys"][1]);
  keys.back()["kid"] = "another";
  const auto two = KeySet::parse(json{{"keys", keys}}.dump());
  ASSERT_TRUE(two);
  header.alg = "ES256";
  EXPECT_EQ(two->find(header).error().code, Errc::invalid_argument);
}

}  // namespace
}  // namespace kedge::node
