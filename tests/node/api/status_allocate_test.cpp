// SPDX-License-Identifier: Apache-2.0
#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

using StatusAllocateTest = ApiTest;

TEST_F(StatusAllocateTest, HandsOutWhatGoesIntoCredentials) {
  anchored(0, 1);
  const auto allocate = [&](const char* key) {
    return call("status_allocate", {{"count", 1}, {"key", key}})["entries"][0];
  };
  EXPECT_FALSE(allocate("a").contains("status")) << "the node does not know where its lists are";
  status_service().base_url = "https://a.example";
  json entry = allocate("a");
  const std::string index = std::to_string(entry["index"].get<std::uint64_t>());
  const std::string root =
      "https://a.example/status/" + crypto::to_hex(crypto::sha256(as_bytes(kIssuer))) + "/1/";
  const auto in = [&](const std::string& type, const std::string& purpose, const std::string& url) {
    return json{{"id", url + "#" + index},
                {"type", type},
                {"statusPurpose", purpose},
                {"statusListIndex", index},
                {"statusListCredential", url}};
  };
  EXPECT_EQ(entry["credentialStatus"],
            json({in("BitstringStatusListEntry", "revocation", root + "revocation"),
                  in("BitstringStatusListEntry", "suspension", root + "suspension")}));
  EXPECT_EQ(entry["ebsiCredentialStatus"],
            json({in("StatusList2021Entry", "revocation", root + "statuslist2021/revocation"),
                  in("StatusList2021Entry", "suspension", root + "statuslist2021/suspension")}));
  EXPECT_EQ(entry["status"],
            json({{"status_list", {{"idx", entry["index"]}, {"uri", root + "token"}}}}));

  const std::string proxy =
      "https://registry.example/issuers/" + std::string(kIssuer) + "/proxies/0x1";
  status_service().ebsi_proxies = {proxy};
  entry = allocate("a");
  const std::string list = proxy + "/credentials/status/1";
  EXPECT_EQ(entry["ebsiCredentialStatus"],
            json({in("StatusList2021Entry", "revocation", list),
                  in("StatusList2021Entry", "suspension", list + "/suspension")}));
  EXPECT_EQ(entry["status"]["status_list"]["uri"], root + "token");
}

}  // namespace
}  // namespace kedge::test
