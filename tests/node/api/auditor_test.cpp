// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "crypto/base64.hpp"
#include "crypto/checkpoint.hpp"
#include "crypto/hex.hpp"
#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"
#include "node/log/entry.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

/// Believes nothing: derives every hash from what the methods answer.
class AuditorTest : public ApiTest {
 protected:
  static Hash hash(const json& hex) { return *crypto::hash_from_hex(hex.get<std::string>()); }

  static std::vector<Hash> hashes(const json& list) {
    std::vector<Hash> out;
    for (const json& element : list) out.push_back(hash(element));
    return out;
  }

  void grow(int epochs) {
    for (int i = 0; i < epochs; ++i) {
      call("anchor_submit", items(next_, 3));
      next_ += 3;
      call("anchor_seal");
    }
  }

  std::uint64_t next_ = 0;
};

TEST_F(AuditorTest, RebuildsTheLogFromItsEntries) {
  grow(150);
  const json checkpoint = call("log_checkpoint");
  const auto size = checkpoint["size"].get<std::uint64_t>();
  ASSERT_EQ(size, 302U);
  std::vector<Hash> leaves;
  while (leaves.size() < size) {
    const json page = call("log_entries", {{"start", leaves.size()}, {"count", 100}});
    EXPECT_EQ(page["start"], leaves.size());
    EXPECT_EQ(page["size"], size);
    ASSERT_FALSE(page["entries"].empty());
    for (const json& entry : page["entries"]) {
      leaves.push_back(crypto::leaf_hash(*crypto::base64_decode(entry.get<std::string>())));
    }
  }
  EXPECT_EQ(crypto::tree_root(leaves), hash(checkpoint["root"]));
  const auto text = crypto::open_note(checkpoint["checkpoint"].get<std::string>(),
                                      std::vector{services().log_key});
  ASSERT_TRUE(text) << text.error().message;
  const auto signed_checkpoint = crypto::parse_checkpoint(*text);
  ASSERT_TRUE(signed_checkpoint);
  EXPECT_EQ(signed_checkpoint->size, size);
  EXPECT_EQ(signed_checkpoint->root, hash(checkpoint["root"]));

  for (const std::uint64_t index :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{255}, size - 1}) {
    for (const std::uint64_t at : {index + 1, size}) {
      const json proof = call("log_inclusion", {{"index", index}, {"size", at}});
      EXPECT_EQ(hash(proof["leaf_hash"]), leaves[index]);
      const Hash root = crypto::tree_root(std::span(leaves).first(at));
      EXPECT_TRUE(crypto::verify_inclusion(leaves[index], index, at, hashes(proof["path"]), root));
    }
  }
  EXPECT_EQ(call("log_inclusion", {{"index", 3}})["size"], size);

  for (const std::uint64_t old_size :
       {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{256}, size}) {
    const json proof = call("log_consistency", {{"old_size", old_size}});
    EXPECT_EQ(proof["new_size"], size);
    EXPECT_TRUE(crypto::verify_consistency(old_size, size, hashes(proof["path"]),
                                           crypto::tree_root(std::span(leaves).first(old_size)),
                                           hash(checkpoint["root"])));
  }
}

TEST_F(AuditorTest, KeepsEveryCheckpoint) {
  std::vector<json> seen;
  for (int i = 0; i < 3; ++i) {
    grow(1);
    seen.push_back(call("log_checkpoint"));
  }
  for (const json& checkpoint : seen) {
    EXPECT_EQ(call("log_checkpoint", {{"epoch", checkpoint["epoch"]}}), checkpoint);
  }
}

TEST_F(AuditorTest, RebuildsABatchFromItsLeafHashes) {
  call("anchor_submit", items(0, 50));
  call("anchor_seal");
  const json by_position = call("batch_get", {{"issuer", kIssuer}, {"position", 49}});
  const json batch = call("batch_get", {{"log_index", by_position["log_index"]}});
  EXPECT_EQ(batch, by_position);
  EXPECT_EQ(batch["issuer"], kIssuer);
  EXPECT_EQ(batch["count"], 50);
  EXPECT_EQ(batch["first_position"], 0);
  EXPECT_EQ(batch["issuer_seq"], 0);
  const auto entry = node::decode_entry(*crypto::base64_decode(batch["entry"].get<std::string>()));
  ASSERT_TRUE(entry);
  EXPECT_EQ(std::get<node::BatchEntry>(*entry).batch_root, hash(batch["root"]));

  std::vector<Hash> leaves;
  for (const std::uint64_t start : {0U, 20U, 40U}) {
    const json page =
        call("batch_leaves", {{"log_index", batch["log_index"]}, {"start", start}, {"count", 20}});
    EXPECT_EQ(page["count"], 50);
    EXPECT_EQ(page.size(), 4U);
    for (const Hash& leaf : hashes(page["leaf_hashes"])) leaves.push_back(leaf);
  }
  ASSERT_EQ(leaves.size(), 50U);
  EXPECT_EQ(crypto::tree_root(leaves), hash(batch["root"]));
  EXPECT_EQ(hashes(call("batch_leaves", {{"log_index", batch["log_index"]}})["leaf_hashes"]),
            leaves);
}

TEST_F(AuditorTest, KnowsItself) {
  anchored(0, 4);
  call("anchor_submit", items(4, 2));
  const json info = call("node_info");
  EXPECT_EQ(info["version"], "0.1.0");
  EXPECT_EQ(info["origin"], kOrigin);
  EXPECT_EQ(info["log_key"], services().log_key.vkey());
  EXPECT_EQ(info["checkpoint"]["root"], call("log_checkpoint")["root"]);
  const json issuer = {{"issuer", kIssuer}, {"accepted", 6}, {"sealed", 4}};
  EXPECT_EQ(info["issuers"][0], issuer);
  EXPECT_EQ(info["ledgers"][0]["name"], "embedded");
  EXPECT_EQ(info["ledgers"][0]["standing"], "consistent");
  EXPECT_EQ(info["sequencer"]["accepting"], true);
  EXPECT_EQ(info["sequencer"]["unsealed"], 2);
}

TEST_F(AuditorTest, TellsWhereTheNewestAnchorStands) {
  anchored(0, 4);
  const json status = call("ledger_status");
  ASSERT_EQ(status["ledgers"].size(), 1U);
  const json& ledger = status["ledgers"][0];
  EXPECT_EQ(ledger["ledger"], "embedded");
  EXPECT_EQ(ledger["kind"], "embedded");
  EXPECT_EQ(ledger["condition"], "working");
  EXPECT_EQ(ledger["newest"]["state"], "final");
  EXPECT_EQ(ledger["newest"]["epoch"], call("log_checkpoint")["epoch"]);
  EXPECT_EQ(ledger["newest"]["root"], call("log_checkpoint")["root"]);
  ASSERT_EQ(ledger["newest"]["attempts"].size(), 1U);
  EXPECT_EQ(ledger["newest"]["attempts"][0]["reference"].get<std::string>().size(), 64U);
  EXPECT_EQ(call("ledger_status", {{"ledger", "embedded"}}), status);
}

TEST_F(AuditorTest, ListsItsAnchorsPageByPage) {
  for (std::uint64_t i = 0; i < 3; ++i) anchored(10 * i, 2);
  const json all = call("ledger_anchors");
  const std::size_t count = all["anchors"].size();
  ASSERT_GE(count, 2U);
  EXPECT_EQ(all["next"], nullptr);
  for (const json& anchor : all["anchors"]) {
    const json checkpoint = call("log_checkpoint", {{"epoch", anchor["epoch"]}});
    EXPECT_EQ(anchor["state"], "final");
    EXPECT_EQ(anchor["root"], checkpoint["root"]);
    EXPECT_EQ(anchor["size"], checkpoint["size"]);
    EXPECT_EQ(anchor["attempts"].size(), 1U);
    EXPECT_FALSE(anchor.contains("record"));
  }
  json paged = json::array();
  json start = 0;
  while (!start.is_null()) {
    const json page =
        call("ledger_anchors",
             {{"ledger", "embedded"}, {"start", start}, {"count", 1}, {"records", true}});
    ASSERT_EQ(page["anchors"].size(), 1U);
    EXPECT_EQ(page["anchors"][0]["record"]["ledger"], "embedded");
    paged.push_back(page["anchors"][0]);
    start = page["next"];
  }
  ASSERT_EQ(paged.size(), count);
  for (std::size_t i = 0; i < count; ++i) EXPECT_EQ(paged[i]["epoch"], all["anchors"][i]["epoch"]);
}

TEST_F(AuditorTest, RefusesWhatIsNoPageOfAnchors) {
  EXPECT_EQ(refusal("ledger_anchors", {{"count", 0}}).substr(0, 12), "-32602 count");
  EXPECT_EQ(refusal("ledger_anchors", {{"count", 1001}}).substr(0, 12), "-32602 count");
  EXPECT_EQ(refusal("ledger_anchors", {{"records", true}, {"count", 101}}).substr(0, 12),
            "-32602 count");
  EXPECT_NE(refusal("ledger_anchors", {{"ledger", "other"}}), "fine");
  EXPECT_NE(refusal("ledger_anchors", {{"epoch", 0}}), "fine");
}

TEST_F(AuditorTest, GivesBareLeafHashesOfABatch) {
  call("anchor_submit", items(0, 50));
  call("anchor_seal");
  const json batch = call("batch_get", {{"issuer", kIssuer}, {"position", 0}});
  const std::string path = "/v1/batches/" + std::to_string(batch["log_index"].get<int>());
  const rpc::HttpResponse whole = get(path + "/leaves");
  ASSERT_EQ(whole.status, 200U) << whole.body;
  EXPECT_EQ(whole.content_type, "application/octet-stream");
  std::string expected;
  for (const Hash& leaf :
       hashes(call("batch_leaves", {{"log_index", batch["log_index"]}})["leaf_hashes"])) {
    expected += as_text(leaf);
  }
  EXPECT_EQ(whole.body, expected);
  EXPECT_EQ(get(path + "/leaves?start=48&count=9").body, expected.substr(std::size_t{48} * 32));
  EXPECT_EQ(get(path + "/leaves?count=2").body, expected.substr(0, 64));
  const auto tag = [&](const std::string& query) {
    const rpc::HttpResponse shown = get(path + "/leaves" + query);
    return std::string(rpc::find_header(shown.headers, "ETag").value_or("none"));
  };
  EXPECT_EQ(tag(""), tag("?start=0&count=50"));
  EXPECT_EQ(std::set<std::string>({tag(""), tag("?start=1"), tag("?count=2"), "none"}).size(), 4U);
  for (const char* query : {"?start=50", "?count=0", "?count=65537", "?start=x", "?end=3"}) {
    EXPECT_EQ(get(path + "/leaves" + query).status, 400U) << query;
  }
  EXPECT_EQ(get("/v1/batches/0/leaves").status, 404U) << "genesis";
  for (const char* other : {"/v1/batches/", "/v1/batches/x/leaves", "/v1/batches/01/leaves"}) {
    EXPECT_EQ(get(other).status, 404U) << other;
  }
}

}  // namespace
}  // namespace kedge::test
