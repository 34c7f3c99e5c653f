// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class RefusalTest : public ApiTest {
 protected:
  std::string item_refusal(const std::string& item) {
    return refusal_of_text("anchor_submit", R"({"items":[)" + item + "]}");
  }

  /// Something of everything that can be asked for: five credentials, one of them revoked.
  void filled() {
    anchored(0, 5);
    call("status_set", {{"targets", {digest(2)}}, {"value", "revoked"}});
    clock_.advance(std::chrono::milliseconds(1000));
    call("anchor_seal");
    token_ =
        call("issuer_token", {{"issuer", kIssuer}, {"scopes", {"read"}}})["id"].get<std::string>();
  }

  /// Well-formed questions: all fields of all methods, where some exclude others in several.
  [[nodiscard]] std::vector<std::pair<std::string, json>> questions() const {
    const json object = json::object();
    const std::string hex = digest(1);
    json submission = items(0, 1);
    submission["wait"] = "accepted";
    submission["timeout_ms"] = 0;
    return {
        {"anchor_submit", submission},
        {"anchor_seal", object},
        {"anchor_get", {{"digest", hex}, {"issuer", kIssuer}}},
        {"proof_get", {{"digest", hex}, {"issuer", kIssuer}, {"position", 1}}},
        {"proof_verify", {{"bundle", object}, {"digest", hex}}},
        {"proof_verify", {{"bundle", object}, {"credential", "x"}}},
        {"proof_verify", {{"bundle", object}, {"content", "aGVsbG8="}}},
        {"batch_get", {{"log_index", 2}}},
        {"batch_get", {{"issuer", kIssuer}, {"position", 1}}},
        {"batch_leaves", {{"log_index", 2}, {"start", 0}, {"count", 1}}},
        {"log_checkpoint", {{"epoch", 1}}},
        {"log_entries", {{"start", 0}, {"count", 1}}},
        {"log_inclusion", {{"index", 0}, {"size", 1}}},
        {"log_consistency", {{"old_size", 1}, {"new_size", 2}}},
        // Its `records` takes what the others may not have: true.
        {"ledger_anchors", {{"ledger", "embedded"}, {"start", 0}, {"count", 1}}},
        {"ledger_status", {{"ledger", "embedded"}}},
        {"status_set",
         {{"targets", {hex}}, {"value", "suspended"}, {"reason", "unspecified"}, {"actor", "x"}}},
        {"status_allocate", {{"count", 1}, {"purposes", {"revocation"}}, {"key", "first"}}},
        {"status_lists", object},
        {"status_get", {{"digest", hex}, {"issuer", kIssuer}, {"at", 2}}},
        {"status_get", {{"issuer", kIssuer}, {"list", 0}, {"index", 1}}},
        {"status_changes", {{"log_index", 4}, {"start", 0}, {"count", 1}}},
        {"node_info", object},
        {"node_backup", {{"name", "weekly"}}},
        {"rpc.discover", object},
        {"issuer_add", {{"issuer", "did:example:third"}}},
        {"issuer_list", object},
        {"issuer_token",
         {{"issuer", kIssuer}, {"scopes", {"read"}}, {"label", "x"}, {"expires", "never"}}},
        {"token_list", {{"issuer", kIssuer}}},
        {"token_revoke", {{"id", token_}}},
        {"webhook_list", {{"issuer", kIssuer}}}};
  }

 private:
  std::string token_;
};

TEST_F(RefusalTest, EveryMethodRefusesWhatIsNotOneOfItsFields) {
  filled();
  std::set<std::string> asked;
  for (const auto& [method, params] : questions()) {
    SCOPED_TRACE(method + " " + params.dump());
    asked.insert(method);
    EXPECT_EQ(refusal(method, params), "fine");
    json more = params;
    more["unknown"] = 1;
    const std::string refused = refusal(method, more);
    EXPECT_TRUE(refused.starts_with("-32602 unknown: unknown field; ")) << refused;
    EXPECT_EQ(refusal_of_text(method, "[7]"), "-32602 params: expected an object of named fields");
  }
  std::set<std::string> known;
  for (const auto& [name, method] : methods().all()) known.insert(name);
  EXPECT_EQ(asked, known);
}

TEST_F(RefusalTest, EveryFieldOfEveryMethodHasAType) {
  filled();
  for (const auto& [method, params] : questions()) {
    for (const auto& [field, value] : params.items()) {
      SCOPED_TRACE(method + " " + field);
      for (const json& wrong : {json(7.5), json(true), json::array(), json(-1)}) {
        json changed = params;
        changed[field] = wrong;
        const std::string refused = refusal(method, changed);
        EXPECT_TRUE(refused.starts_with("-32602 " + field + ": expected ")) << refused << wrong;
      }
      if (field != "digest") continue;
      const std::string hex = digest(1);
      for (const std::string& wrong : {"A" + hex.substr(1), hex.substr(1), "0x" + hex}) {
        json changed = params;
        changed[field] = wrong;
        EXPECT_EQ(refusal(method, changed), "-32602 digest: expected 64 lower-case hex characters");
      }
    }
  }
}

TEST_F(RefusalTest, EveryMethodRefusesWhatIsNoProperJson) {
  const std::string parse = R"(400 {"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":")";
  const std::vector<std::pair<std::string, std::string>> bad = {
      {R"({"a":1,"\u0061":2})", "the key \\\"a\\\" appears twice"},
      {"{\"a\":\"\xFF\"}", "UTF-8"},
      {R"({"a":"\ud800"})", "surrogate"},
      {R"({"a":01})", "at octet "},
      {"{\"a\":" + std::string(65, '[') + std::string(65, ']') + "}", "deeper than 64 levels"}};
  for (const auto& [method, row] : methods().all()) {
    for (const auto& [params, what] : bad) {
      const std::string body =
          R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + params + "}";
      const std::string refused = send(body, "Bearer " + kCookie);
      EXPECT_TRUE(refused.starts_with(parse)) << method << refused;
      EXPECT_NE(refused.find(what), std::string::npos) << method << refused;
    }
  }
}

TEST_F(RefusalTest, LetsNobodyWriteWithoutTheCookie) {
  const std::string refused =
      R"(401 {"jsonrpc":"2.0","id":1,"error":{"code":-32003,"message":"unauthorized"}})";
  for (const std::string method :
       {"anchor_submit", "anchor_seal", "status_set", "status_allocate", "status_lists",
        "node_info", "node_backup", "issuer_add", "issuer_list", "issuer_token", "token_list",
        "token_revoke", "webhook_list"}) {
    for (const std::string authorization : {"", "Bearer wrong", "Basic abc"}) {
      EXPECT_EQ(send(request(method, json::object()), authorization), refused) << method;
    }
  }
  EXPECT_TRUE(send(request("log_checkpoint", json::object())).starts_with("200"));
  EXPECT_TRUE(send(request("log_checkpoint", json::object()), "Bearer wrong").starts_with("200"));
}

TEST_F(RefusalTest, NamesTheFieldOfASubmission) {
  const std::string hex = digest(1);
  const std::string want = "-32602 items[0].digest: expected 64 lower-case hex characters";
  EXPECT_EQ(item_refusal("7"), "-32602 items[0]: expected an object");
  EXPECT_EQ(item_refusal("null"), "-32602 items[0]: expected an object");
  EXPECT_EQ(item_refusal("{}"), "-32602 items[0].profile: expected a string");
  EXPECT_EQ(item_refusal(R"({"profile":1})"), "-32602 items[0].profile: expected a string");
  EXPECT_EQ(
      item_refusal(R"({"profile":"JWS","digest":")" + hex + "\"}"),
      R"(-32602 items[0].profile: expected one of "bytes", "jws", "jcs", "jades", "external")");
  EXPECT_EQ(item_refusal(R"({"profile":"jws"})"),
            "-32602 items[0]: expected exactly one of digest, credential and content");
  EXPECT_EQ(item_refusal(R"({"profile":"jws","credential":"x","digest":")" + hex + "\"}"),
            "-32602 items[0]: expected exactly one of digest, credential and content");
  for (const std::string& bad : {"A" + hex.substr(1), hex.substr(1), hex.substr(2), hex + "00",
                                 "0x" + hex, hex.substr(1) + "g", std::string()}) {
    EXPECT_EQ(item_refusal(R"({"profile":"jws","digest":")" + bad + "\"}"), want) << bad;
  }
  EXPECT_EQ(item_refusal(R"({"profile":"jws","digest":12})"), want);
  EXPECT_EQ(item_refusal(R"({"profile":"jws","digest":")" + hex + R"(","salt":"x"})"),
            "-32602 items[0].salt: unknown field; known: profile, digest, credential, content");
  EXPECT_EQ(item_refusal(R"({"profile":"bytes","content":"aGVsbG8"})"),
            "-32602 items[0].content: expected standard base64 with padding");
  EXPECT_EQ(item_refusal(R"({"profile":"jws","content":"aGVsbG8="})"),
            "-32602 items[0].content: expected credential or digest: content is for the profile "
            "bytes");
  EXPECT_EQ(item_refusal(R"({"profile":"bytes","credential":"x"})"),
            "-32602 items[0].credential: expected content or digest with the profile bytes");
  EXPECT_EQ(item_refusal(R"({"profile":"external","credential":"x"})"),
            "-32602 items[0].credential: expected a digest with the profile external");
  EXPECT_EQ(item_refusal(R"({"profile":"jws","credential":{}})"),
            "-32602 items[0].credential: expected a string with the profile jws");
  EXPECT_EQ(item_refusal(R"({"profile":"jws","credential":7})"),
            "-32602 items[0].credential: expected a string or an object");
}

TEST_F(RefusalTest, NamesTheRuleThatACredentialBreaks) {
  const std::string prefix = "-32602 items[0].credential: ";
  for (const std::string item : {R"({"profile":"jws","credential":"no token"})",
                                 R"({"profile":"jcs","credential":{"n":9007199254740993}})",
                                 R"({"profile":"jcs","credential":"[1]"})",
                                 R"({"profile":"jcs","credential":"{\"a\":1,\"a\":2}"})",
                                 R"({"profile":"jades","credential":{"x":1}})"}) {
    const std::string refused = item_refusal(item);
    EXPECT_TRUE(refused.starts_with(prefix)) << item << ": " << refused;
    EXPECT_GT(refused.size(), prefix.size() + 10) << item;
  }
}

TEST_F(RefusalTest, NamesTheFieldOfASubmissionsFrame) {
  const std::string good = R"({"profile":"jws","digest":")" + digest(1) + "\"}";
  const auto frame = [&](const std::string& rest) {
    return refusal_of_text("anchor_submit", R"({"items":[)" + good + "]" + rest + "}");
  };
  const std::string states =
      R"(-32602 wait: expected one of "accepted", "sealed", "anchored", "final")";
  EXPECT_EQ(frame(R"(,"wait":"done")"), states);
  EXPECT_EQ(frame(R"(,"wait":1)"), states);
  for (const std::string bad : {"-1", "120001", "1.5", "\"1\"", "1e3", "true"}) {
    EXPECT_EQ(frame(",\"timeout_ms\":" + bad),
              "-32602 timeout_ms: expected a whole number from 0 to 120000")
        << bad;
  }
  EXPECT_EQ(frame(R"(,"issuer":"x")"),
            "-32602 issuer: unknown field; known: items, wait, timeout_ms");
  EXPECT_EQ(refusal("anchor_submit", {{"", nullptr}}),
            "-32602 \"\": unknown field; known: items, wait, timeout_ms");
  EXPECT_EQ(frame(R"(,"wait":null,"timeout_ms":null)"), "fine");
  EXPECT_EQ(refusal_of_text("anchor_submit", "[1]"),
            "-32602 params: expected an object of named fields");
  const std::string items = "-32602 items: expected an array of 1 to 10000 items";
  EXPECT_EQ(refusal_of_text("anchor_submit", R"({"items":{}})"), items);
  EXPECT_EQ(refusal_of_text("anchor_submit", "{}"), items);
}

TEST_F(RefusalTest, NamesTheFieldOfEveryQuestion) {
  anchored(0, 5);
  const std::string hex = digest(1);
  const std::string anything = "expected a whole number from 0 to 18446744073709551615";
  const std::string want_hex = "digest: expected 64 lower-case hex characters";
  const json object = json::object();
  struct Row {
    std::string method;
    json params;
    std::string answer;
  };
  const std::vector<Row> rows = {
      {"anchor_get", object, want_hex},
      {"anchor_get", {{"digest", "AB"}}, want_hex},
      {"anchor_get", {{"digest", hex}, {"x", 1}}, "x: unknown field; known: digest, issuer"},
      {"anchor_get", {{"digest", hex}, {"issuer", 1}}, "issuer: expected a string"},
      {"proof_get", {{"digest", 1}}, want_hex},
      {"proof_get", {{"digest", hex}, {"position", -1}}, "position: " + anything},
      {"proof_verify", {{"bundle", 1}}, "bundle: expected an object"},
      {"proof_verify", {{"bundle", object}, {"digest", "x"}}, want_hex},
      {"proof_verify",
       {{"bundle", object}, {"digest", hex}, {"credential", "x"}},
       "credential: expected only one of credential, content and digest"},
      {"proof_verify",
       {{"bundle", object}, {"credential", 1}},
       "credential: expected a string or an object"},
      {"proof_verify",
       {{"bundle", object}, {"credential", "x"}, {"require", {"honesty"}}},
       "require: expected an array of signature, validity and status"},
      {"proof_verify",
       {{"bundle", object}, {"credential", "x"}, {"require", {1}}},
       "require: expected an array of signature, validity and status"},
      {"batch_get", object, "issuer: expected a string"},
      {"batch_get", {{"issuer", "x"}}, "position: expected a whole number"},
      {"batch_get",
       {{"log_index", 1}, {"issuer", "x"}},
       "log_index: expected either log_index, or issuer and position"},
      {"batch_leaves", object, "log_index: expected a whole number"},
      {"batch_leaves", {{"log_index", 2}, {"start", 5}}, "start: expected less than the batch's 5"},
      {"batch_leaves",
       {{"log_index", 2}, {"count", 10'001}},
       "count: expected a whole number from 1 to 10000"},
      {"log_checkpoint", {{"epoch", "1"}}, "epoch: " + anything},
      {"log_entries", object, "start: expected a whole number"},
      {"log_entries", {{"start", 4}}, "start: expected less than the published size, 4"},
      {"log_entries",
       {{"start", 0}, {"count", 0}},
       "count: expected a whole number from 1 to 10000"},
      {"log_inclusion", object, "index: expected a whole number"},
      {"log_inclusion", {{"index", 4}}, "index: expected less than the size, 4"},
      {"log_inclusion",
       {{"index", 0}, {"size", 5}},
       "size: expected at most the published size, 4"},
      {"log_consistency", object, "old_size: expected a whole number"},
      {"log_consistency",
       {{"old_size", 3}, {"new_size", 2}},
       "old_size: expected at most the new size, 2"},
      {"log_consistency",
       {{"old_size", 3}, {"new_size", 5}},
       "new_size: expected at most the published size, 4"},
      {"node_info", {{"verbose", true}}, "verbose: unknown field; expected none"}};
  for (const auto& [method, params, answer] : rows) {
    EXPECT_EQ(refusal(method, params), "-32602 " + answer) << method << params;
  }
}

TEST_F(RefusalTest, SaysPlainlyThatSomethingIsNotThere) {
  anchored(0, 1);
  const std::string unknown = "-32001 no credential with this digest has been accepted";
  EXPECT_EQ(refusal("anchor_get", {{"digest", digest(77)}}), unknown);
  EXPECT_EQ(refusal("proof_get", {{"digest", digest(77)}}), unknown);
  EXPECT_EQ(refusal("proof_get", {{"digest", digest(0)}, {"issuer", "did:example:x"}}), unknown);
  EXPECT_EQ(refusal("proof_get", {{"digest", digest(0)}, {"issuer", kOtherIssuer}}), unknown);
  EXPECT_EQ(refusal("proof_get", {{"digest", digest(0)}, {"position", 1}}), unknown);
  const std::string no_batch = "-32001 there is no such sealed batch";
  EXPECT_EQ(refusal("batch_get", {{"log_index", 0}}), no_batch);
  EXPECT_EQ(refusal("batch_get", {{"issuer", kIssuer}, {"position", 1}}), no_batch);
  EXPECT_EQ(refusal("batch_get", {{"issuer", "did:example:x"}, {"position", 1}}), no_batch);
  EXPECT_EQ(refusal("batch_leaves", {{"log_index", 0}}),
            "-32001 there is no batch at this log index");
  EXPECT_EQ(refusal("log_checkpoint", {{"epoch", 99}}),
            "-32001 there is no checkpoint of this epoch");
  EXPECT_EQ(refusal("ledger_status", {{"ledger", "evm"}}),
            "-32001 ledger: this node has no ledger of this name");
  EXPECT_EQ(refusal("anchor_forget", json::object()), "-32601 unknown method: anchor_forget");
}

}  // namespace
}  // namespace kedge::test
