// SPDX-License-Identifier: Apache-2.0
#include "node/access/access_control.hpp"

#include <gtest/gtest.h>

#include "node/access/record_check.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

using test::TokenAuthority;

constexpr std::uint64_t kNow = 1'767'225'600'000;
constexpr std::string_view kOrigin = "log.example/kedge";

class AccessControlTest : public testing::Test {
 protected:
  AccessControlTest()
      : tokens_(*TokenStore::open(dir_.path() / "tokens.log")),
        keys_([]() -> Result<std::string> { return TokenAuthority().jwks().dump(); }, {}),
        jwt_(keys_, make_jwt_rules(TokenAuthority::settings())) {
    if (!keys_.start()) throw std::runtime_error("no keys");
    RecorderOptions options;
    options.now_ms = [] { return kNow; };
    recorder_ = *Recorder::open(dir_.path() / "record.log", kOrigin, std::move(options));
  }

  AccessControl control(bool with_jwt = true) {
    return AccessControl({.cookie = std::string(64, 'c'),
                          .issuer = "did:example:local",
                          .tokens = *tokens_,
                          .jwt = with_jwt ? &jwt_ : nullptr,
                          .recorder = recorder_.get(),
                          .now_ms = [] { return kNow; }});
  }

  test::TempDir dir_;
  std::unique_ptr<TokenStore> tokens_;
  std::unique_ptr<Recorder> recorder_;
  KeySource keys_;
  JwtAuthority jwt_;
};

TEST_F(AccessControlTest, KnowsEveryKindOfCredentials) {
  const AccessControl access = control();
  const auto nobody = access.authorize("");
  ASSERT_TRUE(nobody);
  EXPECT_EQ(nobody->access, rpc::Access::open);
  EXPECT_EQ(nobody->actor, "");

  const auto local = access.authorize("Bearer " + std::string(64, 'c'));
  ASSERT_TRUE(local);
  EXPECT_EQ(local->actor, "cookie");
  EXPECT_EQ(local->scopes, kAllScopes);
  EXPECT_EQ(local->issuer, "did:example:local");

  const auto issued =
      tokens_->issue({.issuer = "did:example:a", .scopes = kStatusWrite.bit, .label = ""}, kNow);
  const auto token = access.authorize("bearer " + issued->text);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->actor, "token:" + token_id(issued->row.hash));

  const std::string jwt =
      TokenAuthority().sign(TokenAuthority::claims("did:example:b", "read", kNow));
  const auto bearer = access.authorize("Bearer " + jwt);
  ASSERT_TRUE(bearer) << bearer.error().message;
  EXPECT_EQ(bearer->actor, "jwt:did:example:b");
  EXPECT_EQ(control(false).authorize("Bearer " + jwt).error().message,
            "access token: none are taken here");
}

TEST_F(AccessControlTest, RefusesEverythingElseWithoutSayingMoreThanItsKind) {
  const AccessControl access = control();
  const std::string jwt =
      TokenAuthority(9).sign(TokenAuthority::claims("did:example:b", "read", kNow));
  for (const std::string& wrong :
       {std::string("Basic abc"), std::string("Bearer"), std::string("Bearer "),
        std::string("Bearer x"), "Bearer " + std::string(63, 'c'), "Bearer " + make_token(),
        "Bearer " + jwt, "Bearer " + std::string(100'000, '.'),
        "Bearer " + std::string(100'000, 'c'), "Bearer " + std::string(64, 'c') + " ",
        std::string("\0", 1)}) {
    const auto caller = access.authorize(wrong);
    ASSERT_FALSE(caller) << wrong.substr(0, 80);
    EXPECT_EQ(caller.error().code, Errc::unauthorized);
    EXPECT_LT(caller.error().message.size(), 80U);
  }
}

TEST_F(AccessControlTest, RecordsRefusalsWithoutTheCredentials) {
  const AccessControl access = control();
  const std::string secret = make_token();
  const auto refused = access.authorize("Bearer " + secret);
  ASSERT_FALSE(refused);
  for (int i = 0; i < 1'000; ++i) access.on_refused({}, "anchor_submit", refused.error());
  access.on_refused(make_caller(kRead.bit, "did:example:a", "token:1"), "status_set",
                    {Errc::unauthorized, "forbidden: needs the scope status:write"});
  recorder_->stop();
  std::vector<RecordEvent> events;
  const auto checked = check_record(
      dir_.path() / "record.log", kOrigin, no_heads,
      [&](std::uint64_t, const Hash&, const RecordEvent& event) { events.push_back(event); });
  ASSERT_TRUE(checked) << checked.error().message;
  ASSERT_EQ(events.size(), 3U);
  std::uint64_t calls = 0;
  for (const RecordEvent& event : events) {
    calls += event.calls;
    EXPECT_EQ(event.result.find(secret.substr(6, 10)), std::string::npos);
  }
  EXPECT_EQ(calls, 1'001U);
  EXPECT_EQ(events[0].result, "refused: unknown token");
  EXPECT_EQ(events[0].actor, "");
  EXPECT_EQ(events[1].result, "refused: forbidden: needs the scope status:write");
  EXPECT_EQ(events[1].actor, "token:1");
}

}  // namespace
}  // namespace kedge::node
