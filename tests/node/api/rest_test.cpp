// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "crypto/base64.hpp"
#include "crypto/checkpoint.hpp"
#include "crypto/tlog_proof.hpp"
#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"
#include "node/api/openapi.hpp"
#include "node/api/rest_answer.hpp"
#include "node/api/rest_params.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/api/described_node.hpp"

namespace kedge::test {
namespace {

constexpr std::string_view kForEver = "public, max-age=31536000, immutable";

class RestTest : public DescribedNode {
 protected:
  static std::string header(const rpc::HttpResponse& response, std::string_view name) {
    return std::string(rpc::find_header(response.headers, name).value_or("-"));
  }
  rpc::HttpResponse post(const std::string& target, const std::string& body,
                         const std::string& type = "application/json") {
    return visit("POST", target, body,
                 {{"Content-Type", type}, {"Authorization", "Bearer " + kCookie}});
  }
  rpc::HttpResponse known(const std::string& target) {
    return get(target, {{"Authorization", "Bearer " + kCookie}});
  }
  json good(const std::string& target) {
    const rpc::HttpResponse response = get(target);
    EXPECT_EQ(response.status, 200U) << target << " " << response.body;
    return json::parse(response.body);
  }
  /// `<status> <field>: <expected>` of a problem document.
  std::string problem(const rpc::HttpResponse& response) {
    EXPECT_EQ(response.content_type, "application/problem+json") << response.body;
    const json body = json::parse(response.body);
    EXPECT_EQ(checker_.check({{"$ref", "#/components/schemas/Problem"}}, body), "");
    EXPECT_EQ(body["status"], response.status);
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
    return std::to_string(response.status) + " " + body.value("field", "") + ": " +
           body.value("expected", body["detail"].get<std::string>());
  }
};

/// The same answers as the methods', with the same meaning.
TEST_F(RestTest, AnswersEveryReadAsItsMethodDoes) {
  const std::string one = digest(1);
  const std::vector<std::tuple<std::string, std::string, json>> reads = {
      {"/v1/anchors/" + one, "anchor_get", {{"digest", one}}},
      {"/v1/anchors/" + one + "?issuer=did:example:issuer", "anchor_get", {{"digest", one}}},
      {"/v1/status/" + one, "status_get", {{"digest", one}}},
      {"/v1/status/" + one + "?proof=false&at=2",
       "status_get",
       {{"digest", one}, {"proof", false}, {"at", 2}}},
      {"/v1/status/lists/0/1?issuer=did%3Aexample%3Aissuer&at=2026-01-01T00:00:00Z",
       "status_get",
       {{"issuer", kIssuer}, {"list", 0}, {"index", 1}, {"at", "2026-01-01T00:00:00Z"}}},
      {"/v1/batches/2", "batch_get", {{"log_index", 2}}},
      {"/v1/batches?issuer=did:example:issuer&position=1", "batch_get", {{"log_index", 2}}},
      {"/v1/checkpoints/latest", "log_checkpoint", json::object()},
      {"/v1/checkpoints/1", "log_checkpoint", {{"epoch", 1}}},
      {"/v1/log/inclusion?index=2", "log_inclusion", {{"index", 2}}},
      {"/v1/log/inclusion?index=2&size=4", "log_inclusion", {{"index", 2}, {"size", 4}}},
      {"/v1/log/consistency?old_size=2", "log_consistency", {{"old_size", 2}}},
      {"/v1/ledgers", "ledger_status", json::object()},
      {"/v1/ledgers/embedded", "ledger_status", {{"ledger", "embedded"}}}};
  for (const auto& [target, method, params] : reads) {
    json expected = call(method, params);
    // What the issuer alone may see.
    if (method == "status_get") expected.erase("change");
    EXPECT_EQ(good(target), expected) << target;
  }
  EXPECT_EQ(json::parse(known("/v1/node").body)["origin"], call("node_info")["origin"]);
  EXPECT_EQ(json::parse(known("/v1/status/lists").body), call("status_lists"));
  EXPECT_EQ(good("/openrpc.json"), call("rpc.discover"));
}

TEST_F(RestTest, WritesAsTheMethodsDo) {
  const rpc::HttpResponse submitted = post("/v1/anchors", items(20, 2).dump());
  EXPECT_EQ(submitted.status, 200U);
  EXPECT_EQ(json::parse(submitted.body)["items"][1]["position"], 4);
  EXPECT_EQ(header(submitted, "Cache-Control"), "no-store");
  EXPECT_EQ(header(submitted, "ETag"), "-");
  EXPECT_EQ(header(submitted, "Access-Control-Allow-Origin"), "-");
  EXPECT_EQ(json::parse(post("/v1/seal", "").body)["sealed"], true);
  const json change = {{"targets", json::array({digest(20)})}, {"value", "suspended"}};
  EXPECT_EQ(json::parse(post("/v1/status", change.dump()).body)["targets"][0]["changed"], true);
  const json wanted = {{"count", 2}, {"key", "a"}};
  const json first = json::parse(post("/v1/status/allocations", wanted.dump()).body);
  EXPECT_EQ(first["entries"].size(), 2U);
  EXPECT_EQ(json::parse(post("/v1/status/allocations", wanted.dump()).body)["entries"],
            first["entries"]);
  const json bundle = call("proof_get", {{"digest", digest(1)}})["bundle"];
  const rpc::HttpResponse verdict =
      visit("POST", "/v1/proofs/verify", json({{"bundle", bundle}, {"digest", digest(1)}}).dump(),
            {{"Content-Type", "application/json; charset=utf-8"}});
  EXPECT_EQ(json::parse(verdict.body)["verdict"], "valid");
  EXPECT_EQ(header(verdict, "Access-Control-Allow-Origin"), "*");
}

TEST_F(RestTest, WantsTheSameCredentialsAsTheMethods) {
  for (const std::string target : {"/v1/status/lists", "/v1/node"}) {
    EXPECT_EQ(get(target).status, 401U) << target;
    EXPECT_EQ(get(target, {{"Authorization", "Bearer wrong"}}).status, 401U) << target;
    const rpc::HttpResponse answer = known(target);
    EXPECT_EQ(answer.status, 200U) << target;
    EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
    EXPECT_EQ(header(answer, "Access-Control-Allow-Origin"), "-");
    EXPECT_EQ(header(answer, "ETag"), "-");
  }
  const json change = {{"targets", json::array({digest(1)})}, {"value", "revoked"}};
  for (const std::string target : {"/v1/anchors", "/v1/seal", "/v1/status/allocations"}) {
    const rpc::HttpResponse refused =
        visit("POST", target, "{}", {{"Content-Type", "application/json"}});
    EXPECT_EQ(problem(refused), "401 : unauthorized") << target;
  }
  EXPECT_EQ(
      visit("POST", "/v1/status", change.dump(), {{"Content-Type", "application/json"}}).status,
      401U);
  EXPECT_EQ(good("/v1/status/" + digest(1))["value"], "valid");
}

TEST_F(RestTest, SaysToThoseWhomItKnowsMoreAndLetsNobodyKeepIt) {
  const std::string target = "/v1/status/" + digest(2);
  EXPECT_FALSE(good(target).contains("change"));
  EXPECT_EQ(header(get(target), "Cache-Control"), "no-cache");
  const rpc::HttpResponse answer = known(target);
  EXPECT_EQ(json::parse(answer.body)["change"]["reason"], "superseded");
  EXPECT_EQ(header(answer, "Cache-Control"), "no-store");
  EXPECT_EQ(header(answer, "ETag"), "-");
}

TEST_F(RestTest, SaysWhatIsWrongWithARequest) {
  const std::string one = digest(1);
  EXPECT_EQ(problem(get("/v1/anchors/x")), "400 digest: expected 64 lower-case hex characters");
  EXPECT_EQ(problem(get("/v1/anchors/" + digest(99))),
            "404 : no credential with this digest has been accepted");
  EXPECT_EQ(problem(get("/v1/anchors/" + one + "?issuer=%zz")),
            "400 query: expected two hex digits after '%'");
  EXPECT_EQ(problem(get("/v1/anchors/" + one + "?digest=" + one)),
            "400 digest: expected no such parameter with this path");
  EXPECT_EQ(problem(get("/v1/anchors/" + one + "?x=1")),
            "400 x: unknown field; known: digest, issuer");
  EXPECT_EQ(problem(get("/v1/batches/x")), "400 log_index: expected a whole number");
  EXPECT_EQ(problem(get("/v1/batches/02")), "400 log_index: expected a whole number");
  EXPECT_EQ(problem(get("/v1/batches/-1")), "400 log_index: expected a whole number");
  EXPECT_EQ(problem(get("/v1/batches/0")), "404 : there is no such sealed batch");
  EXPECT_EQ(problem(get("/v1/status/" + one + "?proof=yes")), "400 proof: expected true or false");
  EXPECT_EQ(problem(get("/v1/log/inclusion")).substr(0, 10), "400 index:");
  EXPECT_EQ(problem(get("/v1/log/entries?start=0&cursor=" + node::make_cursor(1))),
            "400 cursor: expected either cursor or start");
  EXPECT_EQ(problem(get("/v1/log/entries?cursor=AAAA")),
            "400 cursor: expected the next of an earlier answer, unchanged");
  EXPECT_EQ(problem(post("/v1/anchors", "[]")), "400 body: expected an object");
  EXPECT_EQ(problem(post("/v1/anchors", "{")).substr(0, 4), "400 ");
  EXPECT_EQ(problem(post("/v1/anchors", R"({"items":[{"profile":"jws"}]})")),
            "400 items[0]: expected exactly one of digest, credential and content");
  EXPECT_EQ(problem(post("/v1/seal?x=1", "{}")), "400 query: expected none");
  // What would be read as another call, if params were put into one as they come.
  EXPECT_EQ(problem(post("/v1/seal", R"({},"method":"node_info","x":{})")).substr(0, 4), "400 ");
  EXPECT_EQ(problem(visit("GET", "/v1/ledgers", "x", {})), "400 : body: expected none");
}

TEST_F(RestTest, TakesAndGivesTheMediaTypesThatItNames) {
  EXPECT_EQ(get("/v1/ledgers", {{"Accept", "text/html"}}).status, 406U);
  EXPECT_EQ(get("/v1/ledgers", {{"Accept", "text/html, */*;q=0.1"}}).status, 200U);
  const rpc::HttpResponse xml = post("/v1/anchors", "<items/>", "text/xml");
  EXPECT_EQ(problem(xml), "415 : Content-Type: expected application/json, application/x-ndjson");
  EXPECT_EQ(header(xml, "Accept"), "application/json, application/x-ndjson");
  EXPECT_EQ(visit("POST", "/v1/proofs/verify", "{}", {}).status, 415U);
  EXPECT_EQ(post("/v1/seal", "{}", "application/x-ndjson").status, 415U);
  const std::string leaves = "/v1/batches/2/leaves";
  EXPECT_EQ(get(leaves).body.size(), 3U * 32U);
  EXPECT_EQ(header(get(leaves), "Vary"), "Accept");
  const json listed = json::parse(get(leaves, {{"Accept", "application/json"}}).body);
  EXPECT_EQ(listed["leaf_hashes"], call("batch_leaves", {{"log_index", 2}})["leaf_hashes"]);
  EXPECT_EQ(get(leaves, {{"Accept", "text/html"}}).status, 406U);
}

TEST_F(RestTest, GoesOnWithTheNextPageToTheEnd) {
  std::string target = "/v1/log/entries?start=0&count=4";
  json entries = json::array();
  for (int pages = 0; !target.empty(); ++pages) {
    ASSERT_LT(pages, 3);
    const rpc::HttpResponse response = get(target);
    const json page = json::parse(response.body);
    for (const json& entry : page["entries"]) entries.push_back(entry);
    const std::string link = header(response, "Link");
    EXPECT_EQ(link == "-", page["next"].is_null());
    target = link == "-" ? "" : link.substr(1, link.find('>') - 1);
    if (link == "-") continue;
    EXPECT_TRUE(link.ends_with("; rel=\"next\"")) << link;
    EXPECT_EQ(target, "/v1/log/entries?count=4&cursor=" + page["next"].get<std::string>());
  }
  EXPECT_EQ(entries, call("log_entries", {{"start", 0}})["entries"]);

  const json anchors = good("/v1/ledgers/embedded/anchors?count=1&records=true");
  EXPECT_EQ(anchors["anchors"].size(), 1U);
  EXPECT_TRUE(anchors["next"].is_string());
  const json rest =
      good("/v1/ledgers/embedded/anchors?cursor=" + anchors["next"].get<std::string>());
  EXPECT_TRUE(rest["next"].is_null());
  EXPECT_GT(rest["anchors"][0]["epoch"], anchors["anchors"][0]["epoch"]);
  EXPECT_EQ(header(get("/v1/status/changes/4?count=1"), "Link"), "-");
  EXPECT_EQ(header(get("/v1/status/changes/4?count=1"), "Cache-Control"), kForEver);
}

TEST(Cursor, IsReadAsItWasMade) {
  for (const std::uint64_t start : {std::uint64_t{0}, std::uint64_t{255}, ~std::uint64_t{0}}) {
    EXPECT_EQ(*node::read_cursor(node::make_cursor(start)), start);
  }
  const std::string good = node::make_cursor(7);
  for (const std::string& bad : {std::string(), good.substr(1), good + "A", "B" + good.substr(1),
                                 good + "=", std::string("7")}) {
    EXPECT_EQ(node::read_cursor(bad).error().field, "cursor") << bad;
  }
}

TEST_F(RestTest, LetsCachesKeepWhatIsFinal) {
  EXPECT_EQ(header(get("/v1/checkpoints/1"), "Cache-Control"), kForEver);
  EXPECT_EQ(header(get("/v1/batches/2"), "Cache-Control"), kForEver);
  EXPECT_EQ(header(get("/v1/proofs/" + digest(1)), "Cache-Control"), kForEver);
  EXPECT_EQ(header(get("/v1/checkpoints/latest"), "Cache-Control"), "public, max-age=5");
  EXPECT_EQ(header(get("/v1/anchors/" + digest(1)), "Cache-Control"), "no-cache");
  const rpc::HttpResponse first = get("/v1/checkpoints/latest");
  const std::string tag = header(first, "ETag");
  EXPECT_EQ(tag.size(), 34U) << tag;
  EXPECT_EQ(header(get("/v1/checkpoints/latest"), "ETag"), tag);
  for (const std::string& tags : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
    const rpc::HttpResponse same = get("/v1/checkpoints/latest", {{"If-None-Match", tags}});
    EXPECT_EQ(same.status, 304U) << tags;
    EXPECT_EQ(same.body, "");
    EXPECT_EQ(header(same, "ETag"), tag);
  }
  call("anchor_submit", items(30, 1));
  call("anchor_seal");
  const rpc::HttpResponse other = get("/v1/checkpoints/latest", {{"If-None-Match", tag}});
  EXPECT_EQ(other.status, 200U);
  EXPECT_NE(header(other, "ETag"), tag);
}

TEST_F(RestTest, GivesAProofAsC2spTlogProof) {
  const rpc::HttpResponse response = get("/v1/proofs/" + digest(2), {{"Accept", "text/plain"}});
  EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(header(response, "Cache-Control"), kForEver);
  const auto proof = crypto::parse_tlog_proof(response.body);
  ASSERT_TRUE(proof) << proof.error().message;
  const json bundle = call("proof_get", {{"digest", digest(2)}})["bundle"];
  const json extra = json::parse(as_text(*proof->extra));
  EXPECT_EQ(extra, json({{"credential", bundle["credential"]}, {"batch", bundle["batch"]}}));
  EXPECT_EQ(proof->checkpoint, bundle["log"]["checkpoint"]);
  EXPECT_EQ(proof->index, bundle["log"]["index"]);
  const std::string_view note = proof->checkpoint;
  const auto checkpoint = crypto::parse_checkpoint(note.substr(0, note.find("\n\n") + 1));
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  const auto entry = crypto::base64_decode(extra["batch"]["entry"].get<std::string>());
  ASSERT_TRUE(entry);
  EXPECT_TRUE(crypto::verify_inclusion(crypto::leaf_hash(*entry), proof->index, checkpoint->size,
                                       proof->path, checkpoint->root));
}

TEST_F(RestTest, HasAResourceForEveryReadAndEveryWriteOfAnIssuer) {
  std::set<std::string_view> reachable;
  for (const node::RestRow& row : node::rest_table()) reachable.insert(row.method);
  for (const auto& [name, method] : methods().all()) {
    EXPECT_TRUE(reachable.contains(name)) << name;
  }
}

}  // namespace
}  // namespace kedge::test
