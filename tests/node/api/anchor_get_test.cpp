// SPDX-License-Identifier: Apache-2.0
#include "crypto/rfc3339.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class AnchorGetTest : public ApiTest {};

TEST_F(AnchorGetTest, TellsWhatIsKnownOfAnAcceptedCredential) {
  call("anchor_submit", items(0, 2));
  const json expected = {{"credentials",
                          {{{"issuer", kIssuer},
                            {"position", 1},
                            {"state", "accepted"},
                            {"profile", "jws"},
                            {"accepted_at", crypto::format_rfc3339(clock_.unix_ms())},
                            {"anchors", json::array()}}}}};
  EXPECT_EQ(call("anchor_get", {{"digest", digest(1)}}), expected);
}

TEST_F(AnchorGetTest, TellsWhereASealedCredentialIs) {
  anchored(0, 5);
  anchored(5, 3);
  const json answer = call("anchor_get", {{"digest", digest(6)}, {"issuer", kIssuer}});
  ASSERT_EQ(answer["credentials"].size(), 1U);
  const json& row = answer["credentials"][0];
  EXPECT_EQ(row["position"], 6);
  EXPECT_EQ(row["state"], "final");
  EXPECT_EQ(row["batch"]["first_position"], 5);
  EXPECT_EQ(row["batch"]["count"], 3);
  EXPECT_EQ(row["batch"]["index"], 1);
  const json batch = call("batch_get", {{"log_index", row["batch"]["log_index"]}});
  EXPECT_EQ(row["batch"]["root"], batch["root"]);
  EXPECT_EQ(row["checkpoint_size"], batch["checkpoint_size"]);
  EXPECT_EQ(row["epoch"], batch["epoch"]);
  ASSERT_EQ(row["anchors"].size(), 1U);
  EXPECT_EQ(row["anchors"][0]["ledger"], "embedded");
  EXPECT_EQ(row["anchors"][0]["state"], "final");
  EXPECT_GE(row["anchors"][0]["epoch"], row["epoch"]);
  EXPECT_EQ(row["anchors"][0]["reference"].get<std::string>().size(), 64U);
}

TEST_F(AnchorGetTest, ListsEveryIssuerThatHasTheDigest) {
  call("anchor_submit", items(0, 1));
  submit_as(kOtherIssuer, 7);
  submit_as(kOtherIssuer, 0);
  const json answer = call("anchor_get", {{"digest", digest(0)}});
  ASSERT_EQ(answer["credentials"].size(), 2U);
  EXPECT_EQ(answer["credentials"][0]["issuer"], kIssuer);
  EXPECT_EQ(answer["credentials"][0]["position"], 0);
  EXPECT_EQ(answer["credentials"][1]["issuer"], kOtherIssuer);
  EXPECT_EQ(answer["credentials"][1]["position"], 1);
}

}  // namespace
}  // namespace kedge::test
