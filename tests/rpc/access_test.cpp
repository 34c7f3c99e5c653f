// SPDX-License-Identifier: Apache-2.0
#include "rpc/access.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

constexpr Scope kWrite{"thing:write", 1};
constexpr Scope kRead{"read", 2};

Method method(Access access, Scope scope = {}) {
  Method out;
  out.name = "m";
  out.access = access;
  out.scope = scope;
  return out;
}

/// Remembers whom it was told of.
class Told final : public Authorizer {
 public:
  [[nodiscard]] Result<Caller> authorize(std::string_view) const override { return Caller{}; }
  void on_refused(const Caller& caller, std::string_view name,
                  const Error& error) const noexcept override {
    lines.push_back(caller.actor + " " + std::string(name) + " " + error.message);
  }
  mutable std::vector<std::string> lines;
};

TEST(Access, TellsWhoeverIsNotKnownFromWhoeverMayNot) {
  const Caller reader{Access::open, "did:example:a", kRead.bit, "r"};
  const Caller writer{Access::issuer, "did:example:a", kWrite.bit | kRead.bit, "w"};
  const Caller admin{Access::admin, "did:example:a", kRead.bit, "a"};
  struct Row {
    Result<Caller> identity;
    Method wanted;
    unsigned status;
    std::string_view challenge;
  };
  const Error wrong{Errc::unauthorized, "why"};
  const std::vector<Row> rows = {
      {Caller{}, method(Access::open), 0, ""},
      {wrong, method(Access::issuer), 401, R"(Bearer error="invalid_token")"},
      {Caller{}, method(Access::issuer), 401, "Bearer"},
      {Caller{}, method(Access::open, kRead), 401, "Bearer"},
      {reader, method(Access::open, kRead), 0, ""},
      {reader, method(Access::issuer, kWrite), 403,
       R"(Bearer error="insufficient_scope", scope="thing:write")"},
      {writer, method(Access::issuer, kWrite), 0, ""},
      {writer, method(Access::admin), 403, R"(Bearer error="insufficient_scope")"},
      // Higher access does not stand for a scope that was not given.
      {admin, method(Access::issuer, kWrite), 403,
       R"(Bearer error="insufficient_scope", scope="thing:write")"},
      {admin, method(Access::admin), 0, ""},
      {Error{Errc::unavailable, "no keys yet"}, method(Access::issuer), 503, ""},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    SCOPED_TRACE(i);
    const Told told;
    const auto refusal = is_restricted(rows[i].wanted)
                             ? refuse_call(told, rows[i].wanted, rows[i].identity)
                             : std::nullopt;
    EXPECT_EQ(refusal ? refusal->http_status : 0, rows[i].status);
    EXPECT_EQ(refusal ? refusal->challenge : "", rows[i].challenge);
    EXPECT_EQ(told.lines.size(), refusal ? 1U : 0U);
  }
}

TEST(Access, SaysWhatIsNeededAndTellsTheAuthorizerWhy) {
  const Told told;
  const Caller reader{Access::open, "did:example:a", kRead.bit, "r"};
  const auto scope = refuse_call(told, method(Access::issuer, kWrite), reader);
  ASSERT_TRUE(scope);
  EXPECT_EQ(scope->code, kForbidden);
  EXPECT_EQ(scope->message, "forbidden: needs the scope thing:write");
  EXPECT_EQ(access_refusal(Access::admin, {}, reader)->message, "forbidden: for operators");
  EXPECT_EQ(access_refusal(Access::issuer, {}, reader)->message, "forbidden: for issuers");
  // Why credentials are wrong is for the record alone.
  const auto wrong =
      refuse_call(told, method(Access::issuer, kWrite), Error{Errc::unauthorized, "expired"});
  ASSERT_TRUE(wrong);
  EXPECT_EQ(wrong->message, "unauthorized");
  EXPECT_EQ(told.lines,
            (std::vector<std::string>{"r m forbidden: needs the scope thing:write", " m expired"}));
}

}  // namespace
}  // namespace kedge::rpc
