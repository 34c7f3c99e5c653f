// SPDX-License-Identifier: Apache-2.0
#include "node/access/scopes.hpp"

#include <gtest/gtest.h>

#include "node/access/writer.hpp"

namespace kedge::node {
namespace {

TEST(Scopes, HaveTheNamesOfTheirBits) {
  EXPECT_EQ(scope_names(kAllScopes),
            (std::vector<std::string_view>{"anchor:write", "status:write", "read", "admin"}));
  for (const std::string_view name : scope_names(kAllScopes)) {
    ASSERT_TRUE(scope_named(name));
    EXPECT_EQ(scope_names(scope_named(name)->bit), std::vector<std::string_view>{name});
  }
  for (const std::string_view wrong : {"", "Read", "read ", "anchor", "write", "admin:"}) {
    EXPECT_FALSE(scope_named(wrong)) << wrong;
  }
}

TEST(Scopes, MakeCallersThatCanDoNoMoreThanTheySay) {
  const auto writer = make_caller(kAnchorWrite.bit, "did:example:a", "t");
  EXPECT_EQ(writer.access, rpc::Access::issuer);
  EXPECT_EQ(writer.scopes, kAnchorWrite.bit | kRead.bit);
  const auto admin = make_caller(kAdmin.bit, "did:example:a", "t");
  EXPECT_EQ(admin.access, rpc::Access::admin);
  EXPECT_EQ(admin.scopes & (kAnchorWrite.bit | kStatusWrite.bit), 0U);
  const auto nobody = make_caller(0, "did:example:a", "t");
  EXPECT_EQ(nobody.access, rpc::Access::open);
  EXPECT_EQ(nobody.scopes, 0U);
  // Without an issuer there is nobody to write for.
  EXPECT_EQ(make_caller(kAnchorWrite.bit, "", "t").access, rpc::Access::open);
}

TEST(Scopes, TakeUrisAsNamesOfIssuersAndKeepTheNodesOwn) {
  for (const std::string& good : {std::string("did:ebsi:zA"), std::string("https://u.example/"),
                                  std::string("urn:uuid:1"), "did:x:" + std::string(2042, 'a')}) {
    EXPECT_TRUE(check_issuer_uri(good)) << good;
  }
  for (const std::string& wrong :
       {std::string(), std::string("university"), std::string(":x"), std::string("9x:y"),
        std::string("did:a b"), std::string("did:a\n"), std::string("did:\x80"),
        "did:x:" + std::string(2043, 'a'), std::string("urn:kedge:log:x"),
        std::string("URN:Kedge:record:x")}) {
    const Status checked = check_issuer_uri(wrong);
    ASSERT_FALSE(checked) << wrong;
    EXPECT_EQ(checked.error().field, "issuer");
  }
}

TEST(Scopes, ReadBearerWithoutCaseAndNothingElse) {
  EXPECT_EQ(bearer_token("Bearer abc"), "abc");
  EXPECT_EQ(bearer_token("bEARER abc"), "abc");
  EXPECT_EQ(bearer_token("Bearer  abc"), " abc");
  for (const std::string_view wrong : {"", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "abc"}) {
    EXPECT_FALSE(bearer_token(wrong)) << wrong;
  }
}

TEST(Writer, MayDoWhatItsCredentialsAllowForItsOwnIssuerAlone) {
  const Writer writer{.actor = "t", .issuer = "did:example:a", .scopes = kAnchorWrite.bit};
  EXPECT_TRUE(check_writer(writer, kAnchorWrite, "did:example:a"));
  for (const auto& [scope, issuer] :
       {std::pair(kStatusWrite, "did:example:a"), std::pair(kAnchorWrite, "did:example:b"),
        std::pair(kAnchorWrite, ""), std::pair(kAnchorWrite, "did:example:A")}) {
    const Status checked = check_writer(writer, scope, issuer);
    ASSERT_FALSE(checked) << issuer;
    EXPECT_EQ(checked.error().code, Errc::unauthorized);
  }
  EXPECT_FALSE(check_operator(writer));
  EXPECT_FALSE(check_writer({}, kAnchorWrite, ""));
  const Writer nameless{.actor = "", .issuer = "did:example:a", .scopes = kAllScopes};
  EXPECT_FALSE(check_writer(nameless, kAnchorWrite, "did:example:a"));
  // Whatever has let such credentials through: nobody writes for the node itself.
  const Writer forger{.actor = "t", .issuer = "urn:kedge:record:x", .scopes = kAllScopes};
  EXPECT_FALSE(check_writer(forger, kAnchorWrite, "urn:kedge:record:x"));
}

}  // namespace
}  // namespace kedge::node
