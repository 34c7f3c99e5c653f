// SPDX-License-Identifier: Apache-2.0
// Every method of the table by every kind of caller (OWASP API2, API5).
#include <map>

#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

using node::kAdmin;
using node::kAllScopes;
using node::kAnchorWrite;
using node::kRead;
using node::kStatusWrite;

/// What each method needs, written down apart from the table that is tested.
const std::map<std::string, rpc::Scopes>& needs() {
  static const std::map<std::string, rpc::Scopes> table = {
      {"anchor_submit", kAnchorWrite.bit}, {"anchor_seal", kAnchorWrite.bit},
      {"status_set", kStatusWrite.bit},    {"status_allocate", kStatusWrite.bit},
      {"status_lists", kRead.bit},         {"node_info", kAdmin.bit},
      {"issuer_add", kAdmin.bit},          {"issuer_list", kAdmin.bit},
      {"issuer_token", kAdmin.bit},        {"token_list", kAdmin.bit},
      {"token_revoke", kAdmin.bit},        {"node_backup", kAdmin.bit},
      {"webhook_list", kAdmin.bit},
  };
  return table;
}

class TokenMatrixTest : public ApiTest {
 protected:
  struct Kind {
    std::string name;
    std::string authorization;
    /// What the credentials allow; nullopt: they are nobody's.
    std::optional<rpc::Scopes> scopes;
  };

  std::vector<Kind> kinds() {
    const std::uint64_t now = clock_.unix_ms();
    std::vector<Kind> all = {
        {"nobody", "", std::nullopt},
        {"no scheme", kCookie, std::nullopt},
        {"another scheme", "Basic " + kCookie, std::nullopt},
        {"a cookie of one more octet", "Bearer " + kCookie + "c", std::nullopt},
        {"a token that was never given out", "Bearer " + node::make_token(), std::nullopt},
        {"the cookie", "Bearer " + kCookie, kAllScopes},
    };
    const std::string revoked = token(kIssuer, kAllScopes);
    EXPECT_TRUE(tokens().revoke(node::token_id(node::token_hash(revoked)), now));
    all.push_back({"a revoked token", "Bearer " + revoked, std::nullopt});
    const auto expiring = tokens().issue(
        {.issuer = std::string(kIssuer), .scopes = kAllScopes, .label = "", .expires_ms = now + 1},
        now);
    EXPECT_TRUE(expiring);
    clock_.advance(std::chrono::milliseconds(1));
    all.push_back({"an expired token", "Bearer " + expiring->text, std::nullopt});
    for (const rpc::Scope& scope : {kAnchorWrite, kStatusWrite, kRead, kAdmin}) {
      all.push_back({"a token for " + std::string(scope.name),
                     "Bearer " + token(kIssuer, scope.bit), scope.bit | kRead.bit});
    }
    all.push_back({"another issuer's token", "Bearer " + token(kOtherIssuer, kAnchorWrite.bit),
                   kAnchorWrite.bit | kRead.bit});
    add_access_tokens(all);
    return all;
  }

  void add_access_tokens(std::vector<Kind>& all) {
    const auto claims = [&](std::string_view scope) {
      return TokenAuthority::claims(kIssuer, scope, clock_.unix_ms());
    };
    const auto bearer = [&](const json& body) { return "Bearer " + authority_.sign(body); };
    all.push_back(
        {"a JWT for anchor:write", bearer(claims("anchor:write")), kAnchorWrite.bit | kRead.bit});
    all.push_back({"a JWT for everything it can name",
                   bearer(claims("anchor:write status:write read admin")),
                   kAnchorWrite.bit | kStatusWrite.bit | kRead.bit});
    all.push_back({"a JWT for nothing", bearer(claims("openid")), rpc::Scopes{0}});
    for (const auto& [name, value] :
         std::vector<std::pair<std::string, json>>{{"iss", "https://evil.example/"},
                                                   {"aud", "https://other.example/"},
                                                   {"exp", clock_.unix_ms() / 1000 - 60},
                                                   {"nbf", clock_.unix_ms() / 1000 + 60},
                                                   {"sub", "urn:kedge:record:log.example/kedge"}}) {
      json wrong = claims("anchor:write status:write");
      wrong[name] = value;
      all.push_back({"a JWT with another " + name, bearer(wrong), std::nullopt});
    }
    all.push_back({"a JWT of another server",
                   "Bearer " + TokenAuthority(0x77).sign(claims("anchor:write")), std::nullopt});
    json none = TokenAuthority::header(crypto::KeyType::p256);
    none["alg"] = "none";
    all.push_back(
        {"a JWT that is not signed",
         "Bearer " + authority_.sign_with(none, claims("anchor:write"), crypto::KeyType::p256),
         std::nullopt});
  }

  /// 0 where the call is let through to its handler.
  unsigned refusal_status(const std::string& method, const std::string& authorization) {
    const rpc::HttpResponse answer = begin(request(method, json::object()), authorization).get();
    const json body = json::parse(answer.body);
    if (answer.status != 401 && answer.status != 403) return 0;
    const auto challenge = rpc::find_header(answer.headers, "WWW-Authenticate");
    EXPECT_TRUE(challenge && challenge->starts_with("Bearer")) << answer.body;
    EXPECT_EQ(body["error"]["code"], answer.status == 401 ? -32003 : -32004);
    EXPECT_FALSE(body.contains("result"));
    return answer.status;
  }
};

TEST_F(TokenMatrixTest, EveryMethodByEveryCaller) {
  std::size_t let_in = 0;
  std::size_t refused = 0;
  for (const Kind& kind : kinds()) {
    for (const auto& [name, method] : methods().all()) {
      SCOPED_TRACE(kind.name + ", " + name);
      const auto needed = needs().find(name);
      const bool open = needed == needs().end();
      unsigned expected = 0;
      if (!open && !kind.scopes) expected = 401;
      if (!open && kind.scopes && (*kind.scopes & needed->second) == 0) expected = 403;
      EXPECT_EQ(refusal_status(name, kind.authorization), expected);
      (expected == 0 ? let_in : refused) += 1;
    }
  }
  EXPECT_GT(let_in, 200U);
  EXPECT_GT(refused, 200U);
}

TEST_F(TokenMatrixTest, EveryMethodThatChangesAnythingNeedsAScope) {
  for (const auto& [name, method] : methods().all()) {
    SCOPED_TRACE(name);
    const bool listed = needs().contains(name);
    EXPECT_EQ(method.scope.bit != 0, listed);
    EXPECT_EQ(method.access != rpc::Access::open, listed);
    if (listed) {
      EXPECT_EQ(method.scope.bit, needs().at(name));
    }
  }
}

TEST_F(TokenMatrixTest, SaysWhichScopeIsMissing) {
  const std::string reader = "Bearer " + token(kIssuer, kRead.bit);
  EXPECT_EQ(send(request("anchor_submit", items(0, 1)), reader),
            R"(403 {"jsonrpc":"2.0","id":1,"error":{"code":-32004,)"
            R"("message":"forbidden: needs the scope anchor:write"}})");
  // In a batch each call has its own answer.
  const std::string batch = "[" + request("anchor_submit", items(0, 1)) + "," +
                            request("status_lists", json::object()) + "]";
  const std::string answer = send(batch, reader);
  EXPECT_TRUE(answer.starts_with("200 [")) << answer;
  EXPECT_NE(answer.find("-32004"), std::string::npos);
}

TEST_F(TokenMatrixTest, ARevokedTokenIsRefusedWithTheNextCall) {
  const std::string text = token(kIssuer, kAnchorWrite.bit);
  const std::string bearer = "Bearer " + text;
  EXPECT_TRUE(send(request("anchor_submit", items(0, 1)), bearer).starts_with("200"));
  const std::string id = node::token_id(node::token_hash(text));
  EXPECT_EQ(call("token_revoke", {{"id", id}})["state"], "revoked");
  EXPECT_TRUE(send(request("anchor_submit", items(1, 1)), bearer).starts_with("401"));
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(1)}}).substr(0, 6), "-32001");
}

}  // namespace
}  // namespace kedge::test
