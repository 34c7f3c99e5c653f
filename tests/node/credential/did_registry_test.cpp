// SPDX-License-Identifier: Apache-2.0
#include "node/credential/did_registry.hpp"

#include <gtest/gtest.h>

#include "node/credential/signature_check.hpp"
#include "tests/node/credential/test_issuer.hpp"
#include "tests/rpc/canned_server.hpp"

namespace kedge::node {
namespace {

using crypto::KeyType;
using rpc::test::CannedServer;
using test::json;
using test::parsed;
using test::TestIssuer;

const std::string kDid = "did:ebsi:zZeKyEJfUTGwajhNyNX928z";

DidRegistry registry_at(const CannedServer& server) {
  auto registry = DidRegistry::create(server.url() + "/did-registry/v5/", {});
  if (!registry) throw std::runtime_error(registry.error().message);
  return *std::move(registry);
}

TEST(DidRegistry, AsksForTheDocumentOfTheTime) {
  const TestIssuer issuer(KeyType::p256, kDid);
  const CannedServer server(CannedServer::http(issuer.did_document().dump()));
  DidRegistry registry = registry_at(server);
  const auto found = registry.resolve(kDid, 1'691'498'278'000);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->document.id, kDid);
  EXPECT_NE(found->source.find("127.0.0.1"), std::string::npos);
  ASSERT_TRUE(registry.resolve(kDid, 1'691'498'278'000));
  EXPECT_EQ(server.connections(), 1U) << "kept";
  ASSERT_TRUE(registry.resolve(kDid, std::nullopt));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(requests[0].starts_with("GET /did-registry/v5/identifiers/" + kDid +
                                      "?valid-at=2023-08-08T12:37:58.000Z HTTP/1.1\r\n"))
      << requests[0];
  EXPECT_NE(requests[0].find("Accept: application/did+ld+json"), std::string::npos);
  EXPECT_TRUE(requests[1].starts_with("GET /did-registry/v5/identifiers/" + kDid + " HTTP/1.1"));
}

TEST(DidRegistry, WhatComesIsChecked) {
  struct Case {
    std::string answer;
    Errc code;
  };
  const TestIssuer other(KeyType::p256, "did:ebsi:z23S8YPCtw4XYdTPJKJdxYRP");
  const std::vector<Case> cases = {
      {CannedServer::http("{}", "404 Not Found"), Errc::not_found},
      {CannedServer::http("{}", "500 Internal Server Error"), Errc::unavailable},
      {CannedServer::http("", "302 Found", "Location: http://127.0.0.1:1/\r\n"), Errc::unavailable},
      {CannedServer::http("not json"), Errc::invalid_argument},
      {CannedServer::http(other.did_document().dump()), Errc::invalid_argument},
      {CannedServer::http(std::string(kMaxDidDocument + 1, ' ')), Errc::unavailable},
      {CannedServer::http("x", "200 OK", "Content-Encoding: gzip\r\n"), Errc::unavailable},
      {"garbage", Errc::unavailable},
      {"", Errc::unavailable},
  };
  for (const Case& item : cases) {
    const CannedServer server(item.answer);
    const auto found = registry_at(server).resolve(kDid, std::nullopt);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, item.code) << found.error().message;
  }
}

TEST(DidRegistry, AsksOnlyForWellFormedDids) {
  const CannedServer server(CannedServer::http("{}"));
  DidRegistry registry = registry_at(server);
  for (const char* did : {"did:ebsi:00001234", "did:ebsi:../x", "did:ebsi:zxyz", "did:web:a"}) {
    EXPECT_FALSE(registry.resolve(did, std::nullopt)) << did;
  }
  EXPECT_EQ(server.connections(), 0U);
  EXPECT_FALSE(DidRegistry::create("ftp://x/", {}));
  EXPECT_FALSE(DidRegistry::create("http://127.0.0.1/?a=b", {}));
  EXPECT_FALSE(DidRegistry::create("http://user:word@127.0.0.1/", {}));
}

/// A credential of a did:ebsi whose key comes from the registry, and what each failure is.
TEST(DidRegistry, CarriesASignature) {
  const TestIssuer issuer(KeyType::secp256k1, kDid);
  const Credential credential = parsed(issuer.sign(issuer.ebsi_claims()));
  const auto code_with = [&](const std::string& answer) {
    const CannedServer server(answer);
    DidRegistry registry = registry_at(server);
    DidResolvers resolvers;
    resolvers.set_ebsi(&registry);
    const auto found = check_credential_signature(credential, resolvers);
    if (found.finding.check.result == CheckResult::passed) return std::string("passed");
    return std::string(reason_name(*found.finding.code));
  };
  EXPECT_EQ(code_with(CannedServer::http(issuer.did_document().dump())), "passed");
  EXPECT_EQ(code_with(CannedServer::http("{}", "404 Not Found")), "issuer-key-unknown");
  EXPECT_EQ(code_with(CannedServer::http("{}", "503 Busy")), "issuer-unreachable");
  EXPECT_EQ(code_with(CannedServer::http("{}")), "did-document-malformed");
  DidResolvers nobody;
  EXPECT_EQ(check_credential_signature(credential, nobody).finding.code,
            ReasonCode::issuer_key_unknown);
}

}  // namespace
}  // namespace kedge::node
