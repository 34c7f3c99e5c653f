// SPDX-License-Identifier: Apache-2.0
#include "node/bench/requests.hpp"

#include <set>

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "rpc/json_text.hpp"

namespace kedge::node::bench {
namespace {

std::string body_of(const std::string& request) {
  const std::size_t end = request.find("\r\n\r\n") + 4;
  const std::string length = "Content-Length: " + std::to_string(request.size() - end) + "\r\n";
  EXPECT_NE(request.find(length), std::string::npos) << request;
  EXPECT_TRUE(rpc::check_json(std::string_view(request).substr(end), 16));
  return request.substr(end);
}

TEST(Requests, EveryNumberHasItsOwnDigest) {
  std::set<Hash> digests;
  for (std::uint64_t i = 0; i < 10'000; ++i) digests.insert(digest_of(i));
  EXPECT_EQ(digests.size(), 10'000U);
}

TEST(Requests, ACallCarriesTheDigestsOfItsNumber) {
  const rpc::RequestMaker make = submit_requests("a-token", 100, 3);
  std::string text;
  for (const std::uint64_t number : {0U, 7U, 2U}) {
    make(0, number, text);
    EXPECT_NE(text.find("Authorization: Bearer a-token\r\n"), std::string::npos);
    EXPECT_NE(body_of(text).find(submit_params(100 + number * 3, 3)), std::string::npos) << text;
  }
}

TEST(Requests, ParamsHoldTheDigestsInOrder) {
  const std::string params = submit_params(5, 2);
  EXPECT_EQ(params, R"({"items":[{"profile":"jws","digest":")" + crypto::to_hex(digest_of(5)) +
                        R"("},{"profile":"jws","digest":")" + crypto::to_hex(digest_of(6)) +
                        R"("}]})");
}

TEST(Requests, ProofsAreAskedForWhatIsStored) {
  std::set<std::string> stored;
  for (std::uint64_t i = 0; i < 10; ++i) stored.insert(crypto::to_hex(digest_of(i)));
  const rpc::RequestMaker make = proof_requests(10, 1);
  std::set<std::string> asked;
  std::string text;
  for (std::uint64_t number = 0; number < 200; ++number) {
    make(0, number, text);
    const std::string body = body_of(text);
    asked.insert(body.substr(body.find("\"digest\":\"") + 10, 64));
  }
  EXPECT_EQ(asked, stored);
}

}  // namespace
}  // namespace kedge::node::bench
