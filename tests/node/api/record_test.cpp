// SPDX-License-Identifier: Apache-2.0
// What the record says of what the interface was asked.
#include "node/access/record_check.hpp"
#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class RecordTest : public ApiTest {
 protected:
  /// `actor action result items`, in order.
  std::vector<std::string> lines() {
    EXPECT_TRUE(recorder().sync());
    std::vector<std::string> out;
    const auto checked = node::check_record(
        record_file(), kOrigin, node::no_heads,
        [&](std::uint64_t, const Hash&, const node::RecordEvent& event) {
          std::string line = event.actor + "|" + event.action + "|" + event.result + "|" +
                             event.issuer + "|" + std::to_string(event.items);
          if (event.first) {
            line += "|" + std::to_string(*event.first) + "-" + std::to_string(*event.last);
          }
          out.push_back(line);
        });
    EXPECT_TRUE(checked) << checked.error().message;
    return out;
  }
  bool has(const std::vector<std::string>& all, const std::string& line) {
    for (const std::string& each : all) {
      if (each == line) return true;
    }
    return false;
  }
};

TEST_F(RecordTest, HoldsEveryWriteAndEveryRefusalAndNoContent) {
  const std::string text = token(kIssuer, node::kAnchorWrite.bit);
  const std::string id = node::token_id(node::token_hash(text));
  const std::string me = "token:" + id + "|";
  const std::string a = std::string(kIssuer);
  EXPECT_TRUE(send(request("anchor_submit", items(0, 3)), "Bearer " + text).starts_with("200"));
  call("status_set", {{"targets", {digest(1)}}, {"value", "revoked"}, {"actor", "clerk 17"}});
  call("status_allocate", {{"count", 2}, {"key", "first request"}});
  call("anchor_seal");
  EXPECT_NE(refusal("status_set", {{"targets", {digest(99)}}, {"value", "revoked"}}), "fine");
  EXPECT_TRUE(send(request("status_set", json::object()), "Bearer " + text).starts_with("403"));
  EXPECT_TRUE(send(request("anchor_submit", json::object()), "Bearer nonsense").starts_with("401"));
  EXPECT_TRUE(send(request("anchor_submit", json::object())).starts_with("401"));
  const json issued = call("issuer_token", {{"issuer", kOtherIssuer}, {"scopes", {"read"}}});
  call("token_revoke", {{"id", issued["id"]}});
  call("issuer_add", {{"issuer", "did:example:third"}});

  const auto all = lines();
  EXPECT_TRUE(has(all, me + "anchor_submit|done|" + a + "|3|0-2"));
  EXPECT_TRUE(has(all, "cookie|status_set|done|" + a + "|1"));
  EXPECT_TRUE(has(all, "cookie|status_allocate|done|" + a + "|2"));
  EXPECT_TRUE(has(all, "cookie|anchor_seal|done|" + a + "|0"));
  EXPECT_TRUE(has(all, "cookie|status_set|not found|" + a + "|1"));
  EXPECT_TRUE(
      has(all, me + "status_set|refused: forbidden: needs the scope status:write|" + a + "|0"));
  EXPECT_TRUE(has(all, "|anchor_submit|refused: unknown credentials||0"));
  EXPECT_TRUE(has(all, "|anchor_submit|refused: no credentials||0"));
  const std::string other = issued["id"].get<std::string>();
  EXPECT_TRUE(
      has(all, "cookie|issuer_token " + other + "|done|" + std::string(kOtherIssuer) + "|0"));
  EXPECT_TRUE(
      has(all, "cookie|token_revoke " + other + "|done|" + std::string(kOtherIssuer) + "|0"));
  EXPECT_TRUE(has(all, "cookie|issuer_add|done|did:example:third|0"));
  EXPECT_EQ(all.size(), 11U);
  for (const std::string& line : all) {
    for (const std::string& content :
         {digest(1), digest(99), std::string("clerk 17"), std::string("first request"),
          text.substr(10), issued["token"].get<std::string>().substr(10)}) {
      EXPECT_EQ(line.find(content), std::string::npos) << line;
    }
  }
}

TEST_F(RecordTest, ReadsLeaveNoTrace) {
  anchored(0, 1);
  const auto before = lines().size();
  for (const char* method : {"log_checkpoint", "node_info", "issuer_list", "token_list"}) {
    call(method);
  }
  call("anchor_get", {{"digest", digest(0)}});
  EXPECT_EQ(lines().size(), before);
  call("anchor_seal");
  EXPECT_EQ(lines().size(), before + 1);
}

}  // namespace
}  // namespace kedge::test
