// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/tree_hash.hpp"
#include "node/api/accept.hpp"
#include "node/log/entry_bundle.hpp"
#include "node/proof/bundle_cbor.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

class RoutesTest : public ApiTest {
 protected:
  static std::string cache(const rpc::HttpResponse& response) {
    return std::string(rpc::find_header(response.headers, "Cache-Control").value_or("-"));
  }
};

TEST_F(RoutesTest, ServesBareBundles) {
  anchored(0, 3);
  const std::string path = "/v1/proofs/" + digest(1);
  const rpc::HttpResponse text = get(path);
  EXPECT_EQ(text.status, 200U);
  EXPECT_EQ(text.content_type, node::kBundleJsonType);
  EXPECT_EQ(cache(text), kForEver);
  EXPECT_EQ(rpc::find_header(text.headers, "Vary"), "Accept, Accept-Encoding");
  EXPECT_EQ(json::parse(text.body), call("proof_get", {{"digest", digest(1)}})["bundle"]);
  const rpc::HttpResponse cbor = get(path, {{"accept", "application/vnd.kedge.proof+cbor"}});
  EXPECT_EQ(cbor.content_type, node::kBundleCborType);
  EXPECT_EQ(*node::bundle_from_cbor(as_bytes(cbor.body)), *node::bundle_from_json(text.body));
  EXPECT_EQ(get(path, {{"Accept", "application/cbor"}}).content_type, node::kBundleCborType);
  EXPECT_EQ(get(path, {{"Accept", "application/json"}}).content_type, node::kBundleJsonType);
  EXPECT_EQ(get(path, {{"Accept", "text/html"}}).status, 406U);
  EXPECT_EQ(get(path + "?issuer=did%3Aexample%3Aissuer").status, 200U);
  EXPECT_EQ(get(path + "?issuer=did:example:other").status, 404U);
}

TEST_F(RoutesTest, RefusesWhatIsNoProof) {
  call("anchor_submit", items(0, 1));
  const rpc::HttpResponse early = get("/v1/proofs/" + digest(0));
  EXPECT_EQ(early.status, 404U);
  EXPECT_EQ(
      early.body,
      "{\"type\":\"about:blank\",\"title\":\"Not Found\",\"status\":404,\"detail\":\"there is no "
      "proof yet: the credential is accepted and not sealed\",\"code\":-32001}\n");
  EXPECT_EQ(get("/v1/proofs/" + digest(1)).status, 404U);
  EXPECT_EQ(cache(get("/v1/proofs/" + digest(1))), "no-store");
  EXPECT_EQ(get("/v1/proofs/").status, 404U);
  EXPECT_EQ(get("/v1/proofs/" + digest(0) + "/").status, 404U);
  for (const std::string& bad :
       {std::string("AB"), digest(0).substr(1), "A" + digest(0).substr(1)}) {
    EXPECT_EQ(get("/v1/proofs/" + bad).status, 400U) << bad;
  }
  EXPECT_EQ(get("/v1/proofs/" + digest(0) + "?position=1").status, 400U);
  EXPECT_EQ(get("/v1/proofs/" + digest(0) + "?issuer=%").status, 400U);
  submit_as(kOtherIssuer, 0);
  EXPECT_EQ(get("/v1/proofs/" + digest(0)).status, 400U);
}

TEST_F(RoutesTest, ServesTheLogAsTiles) {
  for (int i = 0; i < 140; ++i) {
    call("anchor_submit", items(static_cast<std::uint64_t>(i), 1));
    call("anchor_seal");
  }
  const json checkpoint = call("log_checkpoint");
  const rpc::HttpResponse note = get("/log/checkpoint");
  EXPECT_EQ(note.body, checkpoint["checkpoint"]);
  EXPECT_EQ(note.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(cache(note), "no-cache");
  const auto size = checkpoint["size"].get<std::uint64_t>();
  ASSERT_EQ(size, 282U);

  const auto tile = [&](const std::string& path) {
    const rpc::HttpResponse response = get("/log/tile/" + path);
    EXPECT_EQ(response.status, 200U) << path;
    EXPECT_EQ(response.content_type, "application/octet-stream");
    EXPECT_EQ(cache(response), kForEver);
    return response.body;
  };
  std::vector<Hash> leaves;
  for (const std::string path : {"000", "001.p/26"}) {
    const std::string entries = tile("entries/" + path);
    const auto decoded = node::decode_entry_bundle(as_bytes(entries), path == "000" ? 256 : 26);
    ASSERT_TRUE(decoded);
    std::string hashes;
    for (const Bytes& entry : *decoded) {
      leaves.push_back(crypto::leaf_hash(entry));
      hashes.append(as_text(leaves.back()));
    }
    EXPECT_EQ(tile("0/" + path), hashes);
  }
  ASSERT_EQ(leaves.size(), size);
  EXPECT_EQ(crypto::to_hex(crypto::tree_root(leaves)), checkpoint["root"]);
  EXPECT_EQ(tile("1/000.p/1"), as_text(crypto::tree_root(std::span(leaves).first(256))));
  // Earlier widths stay what they were.
  EXPECT_EQ(tile("0/000.p/7"), tile("0/000").substr(0, 7 * 32));
  EXPECT_EQ(tile("0/001.p/3"), tile("0/001.p/26").substr(0, 3 * 32));
}

TEST_F(RoutesTest, HasNothingBeyondThePublishedLog) {
  call("anchor_submit", items(0, 1));
  call("anchor_seal");
  for (const std::string path :
       {"0/000", "0/000.p/5", "0/001.p/1", "1/000.p/1", "entries/000", "entries/000.p/5",
        "0/000.p/0", "0/000.p/256", "0/0", "0/x000/001", "64/000", "-1/000", "0/000.p/1/",
        "../checkpoint", "", "entries/", "0/18446744073709551616"}) {
    EXPECT_EQ(get("/log/tile/" + path).status, 404U) << path;
    EXPECT_EQ(cache(get("/log/tile/" + path)), "no-store") << path;
  }
  EXPECT_EQ(get("/log/tile/0/000.p/4").status, 200U);
}

TEST_F(RoutesTest, TellsHealthAndReadiness) {
  anchored(0, 1);
  EXPECT_EQ(get("/healthz").body, "{\"status\":\"ok\"}\n");
  EXPECT_EQ(get("/readyz").status, 200U);
  EXPECT_EQ(get("/readyz").body, "{\"ready\":true,\"reasons\":[]}\n");
  sequencer().hold_sealing("test", "the ledger has not been asked");
  const rpc::HttpResponse held = get("/readyz");
  EXPECT_EQ(held.status, 503U);
  EXPECT_EQ(rpc::find_header(held.headers, "Retry-After"), "1");
  const json reasons = json::parse(held.body)["reasons"];
  ASSERT_EQ(reasons.size(), 1U);
  EXPECT_EQ(reasons[0]["code"], "sealing-held");
  EXPECT_NE(reasons[0]["message"].get<std::string>().find("the ledger has not been asked"),
            std::string::npos);
  sequencer().release_sealing("test");
  EXPECT_EQ(get("/readyz").status, 200U);
  sequencer().stop();
  EXPECT_EQ(get("/readyz").status, 503U);
  EXPECT_EQ(get("/healthz").status, 200U);
}

TEST(Accept, WeighsWhatTheClientTakes) {
  constexpr std::array<std::string_view, 2> kOffered = {"a/json", "a/cbor"};
  const auto choose = [&](std::string_view accept) {
    const auto index = node::api::negotiate(accept, kOffered);
    return index ? static_cast<int>(*index) : -1;
  };
  EXPECT_EQ(choose(""), 0);
  EXPECT_EQ(choose("*/*"), 0);
  EXPECT_EQ(choose("a/*"), 0);
  EXPECT_EQ(choose("a/cbor"), 1);
  EXPECT_EQ(choose("A/CBOR"), 1);
  EXPECT_EQ(choose("a/cbor, */*"), 0);
  EXPECT_EQ(choose("a/cbor, */*;q=0.1"), 1);
  EXPECT_EQ(choose("a/json;q=0.5 , a/cbor; q=0.51"), 1);
  EXPECT_EQ(choose("a/json;q=0, */*"), 1);
  EXPECT_EQ(choose("a/json;v=1;q=0.2, a/cbor;q=0.1"), 0);
  EXPECT_EQ(choose("*/*;q=0"), -1);
  EXPECT_EQ(choose("b/json"), -1);
  EXPECT_EQ(choose("a/json;q=x"), -1);
}

}  // namespace
}  // namespace kedge::test
