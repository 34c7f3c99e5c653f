// SPDX-License-Identifier: Apache-2.0
// What is one issuer's is out of the others' reach (OWASP API1), also for whoever gets past the
// handlers.
#include "crypto/hex.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

using node::kAdmin;
using node::kAllScopes;
using node::kAnchorWrite;
using node::kStatusWrite;
using node::Writer;

class IsolationTest : public ApiTest {
 protected:
  json as(const std::string& authorization, const std::string& method, const json& params) {
    return json::parse(begin(request(method, params), authorization).get().body);
  }

  /// Asks a service, with no handler between, and answers the code of its refusal.
  template <class Outcome, class Ask>
  std::optional<Errc> refused(Ask ask) {
    const auto done = std::make_shared<std::promise<std::optional<Errc>>>();
    auto answer = done->get_future();
    ask([done](const Result<Outcome>& outcome) {
      done->set_value(outcome ? std::optional<Errc>() : outcome.error().code);
    });
    return answer.get();
  }

  std::optional<Errc> submit(const Writer& writer, std::string_view issuer, std::uint64_t number) {
    node::SubmitRequest request{.issuer = std::string(issuer), .items = {}};
    request.items.push_back({crypto::DigestProfile::jws, *crypto::hash_from_hex(digest(number))});
    return refused<node::SubmitResult>([&](auto callback) {
      services().writes.submit(writer, std::move(request), std::move(callback));
    });
  }
  std::optional<Errc> revoke(const Writer& writer, std::string_view issuer, std::uint64_t number) {
    node::SetStatusRequest request;
    request.issuer = issuer;
    request.targets.push_back({*crypto::hash_from_hex(digest(number)), node::StatusValue::revoked});
    return refused<node::SetStatusResult>([&](auto callback) {
      services().writes.set_status(writer, std::move(request), std::move(callback));
    });
  }
  std::optional<Errc> allocate(const Writer& writer, std::string_view issuer) {
    node::AllocateStatusRequest request;
    request.issuer = issuer;
    request.request_key = "key";
    return refused<node::AllocateStatusResult>([&](auto callback) {
      services().writes.allocate_status(writer, std::move(request), std::move(callback));
    });
  }
  std::optional<Errc> add(const Writer& writer, const std::string& name) {
    return refused<node::IssuerId>(
        [&](auto callback) { services().writes.add_issuer(writer, name, std::move(callback)); });
  }
  std::optional<Errc> seal(const Writer& writer) {
    return refused<node::SealResult>(
        [&](auto callback) { services().writes.seal(writer, std::move(callback)); });
  }
  static Writer writer(std::string_view issuer, rpc::Scopes scopes) {
    return {.actor = "token:test", .issuer = std::string(issuer), .scopes = scopes};
  }
};

TEST_F(IsolationTest, TheServicesRefuseAnotherIssuerWhateverTheHandlersLetThrough) {
  const Writer own = writer(kIssuer, kAllScopes);
  EXPECT_EQ(submit(own, kIssuer, 1), std::nullopt);
  EXPECT_EQ(revoke(own, kIssuer, 1), std::nullopt);
  EXPECT_EQ(allocate(own, kIssuer), std::nullopt);
  EXPECT_EQ(seal(own), std::nullopt);
  EXPECT_EQ(add(own, "did:example:third"), std::nullopt);

  const Writer other = writer(kOtherIssuer, kAllScopes);
  EXPECT_EQ(submit(other, kIssuer, 2), Errc::unauthorized);
  EXPECT_EQ(revoke(other, kIssuer, 1), Errc::unauthorized);
  EXPECT_EQ(allocate(other, kIssuer), Errc::unauthorized);
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(2)}}).substr(0, 6), "-32001");
}

TEST_F(IsolationTest, TheServicesRefuseWhatTheScopesDoNotAllow) {
  const Writer submitter = writer(kIssuer, kAnchorWrite.bit);
  const Writer revoker = writer(kIssuer, kStatusWrite.bit);
  const Writer admin = writer(kIssuer, kAdmin.bit);
  EXPECT_EQ(submit(submitter, kIssuer, 1), std::nullopt);
  for (const Writer& wrong : {revoker, admin, Writer{}}) {
    EXPECT_EQ(submit(wrong, kIssuer, 2), Errc::unauthorized);
    EXPECT_EQ(seal(wrong), Errc::unauthorized);
  }
  EXPECT_EQ(revoke(revoker, kIssuer, 1), std::nullopt);
  for (const Writer& wrong : {submitter, admin, Writer{}}) {
    EXPECT_EQ(revoke(wrong, kIssuer, 1), Errc::unauthorized);
    EXPECT_EQ(allocate(wrong, kIssuer), Errc::unauthorized);
  }
  for (const Writer& wrong : {submitter, revoker, Writer{}}) {
    EXPECT_EQ(add(wrong, "did:example:third"), Errc::unauthorized);
  }
  EXPECT_EQ(add(admin, "no uri"), Errc::invalid_argument);
}

TEST_F(IsolationTest, NobodyWritesAsTheNodeItself) {
  const std::string own = node::record_issuer_name(kOrigin);
  const Writer forger = writer(own, kAllScopes);
  EXPECT_EQ(submit(forger, own, 1), Errc::unauthorized);
  EXPECT_EQ(revoke(forger, own, 1), Errc::unauthorized);
  EXPECT_EQ(add(writer(kIssuer, kAllScopes), own), Errc::invalid_argument);
  for (const std::string method : {"issuer_add", "issuer_token"}) {
    json params = {{"issuer", "urn:kedge:log:" + std::string(kOrigin)}};
    if (method == "issuer_token") params["scopes"] = {"anchor:write"};
    EXPECT_NE(refusal(method, params), "fine") << method;
  }
}

TEST_F(IsolationTest, AnIssuerReachesItsOwnCredentialsAlone) {
  call("anchor_submit", items(0, 3));
  const std::string other = "Bearer " + token(kOtherIssuer, kAnchorWrite.bit | kStatusWrite.bit);
  // By digest, by place in the register, by place in a list.
  const json by_digest = as(other, "status_set", {{"targets", {digest(1)}}, {"value", "revoked"}});
  EXPECT_EQ(by_digest["error"]["code"], -32001) << by_digest;
  const json by_place =
      as(other, "status_set",
         {{"targets", json::array({{{"list", 0}, {"index", 1}}})}, {"value", "revoked"}});
  EXPECT_TRUE(by_place.contains("error")) << by_place;
  call("status_allocate", {{"count", 3}, {"key", "k"}});
  const json in_list =
      as(other, "status_set",
         {{"targets", json::array({{{"list", 1}, {"index", 1}}})}, {"value", "revoked"}});
  EXPECT_TRUE(in_list.contains("error")) << in_list;
  call("anchor_seal");
  EXPECT_EQ(call("status_get", {{"digest", digest(1)}, {"issuer", kIssuer}})["value"], "valid");

  // The same key of a request is each issuer's own; so is the same digest.
  const json theirs = as(other, "status_allocate", {{"count", 3}, {"key", "k"}});
  EXPECT_EQ(theirs["result"]["repeated"], false) << theirs;
  EXPECT_EQ(as(other, "anchor_submit", items(0, 1))["result"]["items"][0]["duplicate"], false);
  EXPECT_EQ(as(other, "status_lists", json::object())["result"]["issuer"], kOtherIssuer);
}

TEST_F(IsolationTest, WhyAndByWhomIsForTheIssuerAndTheOperatorAlone) {
  call("anchor_submit", items(0, 1));
  call("status_set", {{"targets", {digest(0)}},
                      {"value", "revoked"},
                      {"reason", "keyCompromise"},
                      {"actor", "clerk 17"}});
  const json question = {{"digest", digest(0)}, {"issuer", kIssuer}};
  const auto shows = [&](const std::string& authorization) {
    return as(authorization, "status_get", question).dump().find("clerk 17") != std::string::npos;
  };
  EXPECT_TRUE(shows("Bearer " + kCookie));
  EXPECT_TRUE(shows("Bearer " + token(kIssuer, node::kRead.bit)));
  EXPECT_FALSE(shows(""));
  EXPECT_FALSE(shows("Bearer " + token(kOtherIssuer, kAnchorWrite.bit | kStatusWrite.bit)));
  EXPECT_FALSE(shows("Bearer " + node::make_token()));
}

TEST_F(IsolationTest, NoRequestNamesItsWriter) {
  // API3: an unknown field is refused, so that none can be smuggled past the credentials.
  for (const char* field : {"issuer", "actor_id", "scopes", "access", "caller"}) {
    json params = items(0, 1);
    params[field] = kOtherIssuer;
    EXPECT_NE(refusal("anchor_submit", params), "fine") << field;
  }
}

}  // namespace
}  // namespace kedge::test
