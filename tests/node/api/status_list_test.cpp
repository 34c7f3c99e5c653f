// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"
#include "crypto/jwk.hpp"
#include "crypto/rfc3339.hpp"
#include "crypto/sha256.hpp"
#include "node/api/list_address.hpp"
#include "node/status/list_publisher.hpp"
#include "tests/node/api/api_fixture.hpp"
#include "tests/node/status/list_fixture.hpp"

namespace kedge::test {
namespace {

constexpr std::string_view kTypePrefix = "https://www.w3.org/ns/credentials/status-list#";

std::string hash_of(std::string_view issuer) {
  return crypto::to_hex(crypto::sha256(as_bytes(issuer)));
}

/// Two issuers with one list each; the key of the second has no Data Integrity cryptosuite.
class StatusListTest : public ApiTest {
 protected:
  StatusListTest() {
    signers_ = [](const node::IssuerRow& issuer) {
      const auto type = issuer.name == kIssuer ? crypto::KeyType::p256 : crypto::KeyType::secp256k1;
      return Result<std::shared_ptr<const node::ListSigner>>(
          std::make_shared<const node::ListSigner>(list_signer(type)));
    };
    list_service().signers = signers_;
    publisher_.emplace(store(),
                       node::PublisherOptions{.base_url = "https://a.example",
                                              .ebsi_schema = "https://a.example/schema"},
                       signers_);
    anchored(0, 1);
    for (const node::IssuerId issuer : {0U, 1U}) allocate(issuer);
    publish();
  }

  void allocate(node::IssuerId issuer) {
    node::StatusAllocation what;
    what.opened.push_back({.issuer = issuer, .list = 1, .size = node::kMinListEntries});
    what.allocation = {issuer, "first", 1, {{1, 0, 10}}};
    ASSERT_TRUE(store().allocate_status(std::span(&what, 1)));
  }

  void publish() {
    const auto done = publisher_->pass(clock_.unix_ms());
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_EQ(done->published, 2U);
  }

  static std::string header(const rpc::HttpResponse& response, std::string_view name) {
    return std::string(rpc::find_header(response.headers, name).value_or("-"));
  }

  static std::string path(std::string_view rest, std::string_view issuer = kIssuer) {
    return "/status/" + hash_of(issuer) + std::string(rest);
  }

  std::string type_for(const std::string& target, const std::string& accept) {
    const rpc::HttpResponse response = get(target, {{"Accept", accept}});
    return std::to_string(response.status) + " " + response.content_type;
  }

  node::SignerSource signers_;
  std::optional<node::ListPublisher> publisher_;
};

TEST_F(StatusListTest, NegotiatesEveryForm) {
  const std::string list = path("/1/revocation");
  EXPECT_EQ(type_for(list, ""), "200 application/vc");
  EXPECT_EQ(type_for(list, "*/*"), "200 application/vc");
  EXPECT_EQ(type_for(list, "application/ld+json, application/json"), "200 application/ld+json");
  EXPECT_EQ(type_for(list, "application/json;q=0.5, application/vc+jwt;q=0.9"),
            "200 application/vc+jwt");
  EXPECT_EQ(type_for(list, "application/json, application/vc+jwt;q=0.9"), "200 application/json");
  EXPECT_EQ(type_for(list, "text/html"), "406 application/problem+json");
  EXPECT_EQ(type_for(path("/1/suspension"), "application/vc+jwt"), "200 application/vc+jwt");
  const std::string token = path("/1/token");
  EXPECT_EQ(type_for(token, ""), "200 application/statuslist+jwt");
  EXPECT_EQ(type_for(token, "application/statuslist+cwt"), "200 application/statuslist+cwt");
  EXPECT_EQ(type_for(token, "application/json"), "406 application/problem+json");
  const std::string ebsi = path("/1/statuslist2021/suspension");
  EXPECT_EQ(type_for(ebsi, "application/json, text/plain, */*"), "200 text/plain");
  EXPECT_EQ(type_for(ebsi, "application/jwt"), "200 application/jwt");
  const std::string jwt_only = path("/1/revocation", kOtherIssuer);
  EXPECT_EQ(type_for(jwt_only, ""), "200 application/vc+jwt");
  EXPECT_EQ(type_for(jwt_only, "application/vc"), "406 application/problem+json");
  EXPECT_EQ(header(get(list), "Vary"), "Accept");
  EXPECT_EQ(header(get(jwt_only, {{"Accept", "application/vc"}}), "Vary"), "Accept");
}

TEST_F(StatusListTest, ServesWhatItsReadersRead) {
  const std::string root = "https://a.example";
  node::ExpectedList expected{.uri = root + path("/1/revocation"),
                              .issuer = std::string(kIssuer),
                              .now_ms = clock_.unix_ms()};
  const std::string document = get(path("/1/revocation")).body;
  EXPECT_TRUE(node::decode_bitstring_credential(document, expected));
  EXPECT_EQ(get(path("/1/revocation"), {{"Accept", "application/json"}}).body, document);
  const std::string jwt = get(path("/1/revocation"), {{"Accept", "application/vc+jwt"}}).body;
  EXPECT_TRUE(node::decode_bitstring_jwt(*crypto::parse_jws(jwt), expected));
  expected.uri = root + path("/1/token");
  const std::string token = get(path("/1/token")).body;
  EXPECT_TRUE(node::decode_token_jwt(*crypto::parse_jws(token), expected));
  const std::string cwt = get(path("/1/token"), {{"Accept", "application/statuslist+cwt"}}).body;
  EXPECT_TRUE(node::decode_token_cwt(*node::decode_cose_sign1(as_bytes(cwt)), expected));
  expected.uri = root + path("/1/statuslist2021/revocation");
  const std::string ebsi = get(path("/1/statuslist2021/revocation")).body;
  EXPECT_TRUE(node::decode_status_list_2021_jwt(*crypto::parse_jws(ebsi), expected));

  const std::string proxied =
      "/trusted-issuers-registry/v5/issuers/did%3Aexample%3Aissuer/proxies/0xabc/credentials/"
      "status/"
      "1";
  EXPECT_EQ(get(proxied).body, ebsi);
  EXPECT_EQ(get(proxied + "/revocation").body, ebsi);
  EXPECT_EQ(get(proxied + "/suspension").body, get(path("/1/statuslist2021/suspension")).body);
  EXPECT_EQ(get(proxied + "/message").status, 404U);
  EXPECT_EQ(get(proxied + "/suspension/1").status, 404U);

  EXPECT_EQ(json::parse(get(path("/token")).body),
            json({{"status_lists", {root + path("/1/token")}}}));
  const json jwk = json::parse(get(path("/key")).body);
  const node::ListSigner signer = list_signer(crypto::KeyType::p256);
  EXPECT_EQ(jwk["kid"], signer.verification_method());
  EXPECT_EQ(*crypto::public_key_from_jwk(jwk), signer.public_key());
  EXPECT_FALSE(jwk.contains("d"));
}

TEST_F(StatusListTest, LetsReadersKeepThemAndAskAgain) {
  const std::string list = path("/1/revocation");
  const rpc::HttpResponse first = get(list);
  EXPECT_EQ(header(first, "Cache-Control"), "public, max-age=300");
  const std::string tag = header(first, "ETag");
  EXPECT_EQ(tag, "\"" + crypto::to_hex(crypto::sha256(as_bytes(first.body))) + "\"");
  for (const std::string& tags : {tag, "W/" + tag, "\"other\", " + tag, std::string("*")}) {
    const rpc::HttpResponse again = get(list, {{"If-None-Match", tags}});
    EXPECT_EQ(again.status, 304U) << tags;
    EXPECT_TRUE(again.body.empty());
    EXPECT_EQ(header(again, "ETag"), tag);
    EXPECT_EQ(header(again, "Cache-Control"), "public, max-age=300");
  }
  EXPECT_EQ(get(list, {{"If-None-Match", "\"other\""}}).body, first.body);
  EXPECT_EQ(get(list, {{"If-None-Match", tag}, {"Accept", "application/vc+jwt"}}).status, 200U);
}

TEST_F(StatusListTest, AnswersForATime) {
  const std::string list = path("/1/revocation");
  const std::string old_document = get(list).body;
  const std::string old_token = get(path("/1/token")).body;
  const std::uint64_t then = clock_.unix_ms();
  clock_.advance(std::chrono::hours(24 * 6));
  anchored(1, 1);
  publish();
  EXPECT_NE(get(list).body, old_document);
  const std::string stamp = "?timestamp=" + crypto::format_rfc3339(then + 1'000);
  EXPECT_EQ(get(list + stamp).body, old_document);
  EXPECT_EQ(header(get(list + stamp), "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(get(path("/1/token") + "?time=" + std::to_string(then / 1000 + 1)).body, old_token);
  EXPECT_EQ(get(list + "?timestamp=" + crypto::format_rfc3339(clock_.unix_ms())).body,
            get(list).body);
  EXPECT_EQ(get(list + "?timestamp=" + crypto::format_rfc3339(then - 60'000)).status, 404U);
  EXPECT_EQ(get(path("/1/token") + "?time=0").status, 404U);
}

TEST_F(StatusListTest, SaysWhatIsWrongAsAProblem) {
  const auto problem = [&](const std::string& target, unsigned status) {
    const rpc::HttpResponse response = get(target);
    EXPECT_EQ(response.status, status) << target;
    EXPECT_EQ(response.content_type, "application/problem+json") << target;
    const json body = json::parse(response.body);
    EXPECT_EQ(body["status"], status);
    EXPECT_FALSE(body["title"].get<std::string>().empty());
    EXPECT_FALSE(body["detail"].get<std::string>().empty());
    return body["type"].get<std::string>();
  };
  for (const std::string& none :
       {path("/2/revocation"), path("/0/revocation"), path("/01/revocation"), path("/1"),
        path("/1/message"), path("/1/token/x"), path("/1/statuslist2021"), path("/+1/token"),
        path("/4294967296/token"), path(""), path("/x"), std::string("/status/"),
        "/status/" + std::string(64, '0') + "/1/token", "/status/" + hash_of("x") + "/key",
        std::string("/trusted-issuers-registry/v5/issuers/"),
        std::string("/trusted-issuers-registry/v5/issuers/did:x/proxies/0x/credentials/status/1"),
        "/trusted-issuers-registry/v5/issuers/" + std::string(kIssuer) +
            "/proxies//credentials/status/1"}) {
    EXPECT_EQ(problem(none, 404), std::string(kTypePrefix) + "STATUS_RETRIEVAL_ERROR");
  }
  const std::string list = path("/1/revocation");
  for (const char* query :
       {"?timestamp=", "?timestamp=yesterday", "?timestamp=2026-02-30T00:00:00Z",
        "?timestamp=9999-01-01T00:00:00Z", "?time=1", "?timestamp=%", "?x=1"}) {
    EXPECT_EQ(problem(list + query, 400), "about:blank") << query;
  }
  for (const char* query : {"?time=", "?time=-1", "?time=1.5", "?time=99999999999999999999",
                            "?time=253402300799", "?timestamp=2026-01-01T00:00:00Z"}) {
    EXPECT_EQ(problem(path("/1/token") + query, 400), "about:blank") << query;
  }
}

}  // namespace
}  // namespace kedge::test
