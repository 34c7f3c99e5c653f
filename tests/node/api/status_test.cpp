// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"
#include "node/proof/carried_json.hpp"
#include "node/proof/status_proof_json.hpp"
#include "node/proof/status_verifier.hpp"
#include "node/proof/verifier.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class StatusTest : public ApiTest {
 protected:
  json set(const json& targets, const std::string& value, const json& more = json::object()) {
    json params = {{"targets", targets}, {"value", value}};
    params.update(more);
    return call("status_set", params);
  }
  json set_one(std::uint64_t number, const std::string& value) {
    return set({digest(number)}, value)["targets"][0];
  }
  json get_one(std::uint64_t number, const json& more = json::object()) {
    json params = {{"digest", digest(number)}};
    params.update(more);
    return call("status_get", params);
  }
  /// Seals, and waits until the embedded ledger has that checkpoint.
  void seal() {
    clock_.advance(std::chrono::milliseconds(1000));
    const json sealed = call("anchor_seal");
    for (int i = 0; i < 2000; ++i) {
      const json newest = call("ledger_status")["ledgers"][0]["newest"];
      if (newest.is_object() && newest["epoch"] == sealed["epoch"] && newest["state"] == "final") {
        return;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    FAIL() << "not anchored";
  }
  /// The verdict of the verifier on the proof in an answer.
  node::Verdict verdict_on(const json& answer) {
    const auto carried = node::carried_object(answer["proof"], "proof");
    if (!carried) throw std::runtime_error(carried.error().message);
    const auto proof = node::status_from_json(*carried);
    if (!proof) throw std::runtime_error(proof.error().field + ": " + proof.error().message);
    const node::StatusSubject subject{
        crypto::sha256(as_bytes(answer["issuer"].get<std::string>())),
        {answer["list"].get<std::uint32_t>(), answer["index"].get<std::uint64_t>()}};
    node::Trust trust;
    trust.log_keys.push_back(services().log_key);
    trust.require_anchor = true;
    return node::verify_status(*proof, subject, trust);
  }
  void expect_proved(const json& answer, const std::string& value) {
    EXPECT_EQ(answer["value"], value) << answer;
    const node::Verdict verdict = verdict_on(answer);
    const std::string expected = value == "valid" ? "log-key-only" : value;
    EXPECT_EQ(node::reason_name(verdict.reasons.front().code), expected)
        << node::verdict_to_json(verdict);
  }
  std::string refusal_of(const json& targets, const std::string& value) {
    return refusal("status_set", {{"targets", targets}, {"value", value}});
  }
};

TEST_F(StatusTest, IsValidForWhatNobodyHasChanged) {
  anchored(0, 3);
  const json answer = get_one(1);
  EXPECT_EQ(answer["issuer"], kIssuer);
  EXPECT_EQ(answer["list"], 0);
  EXPECT_EQ(answer["index"], 1);
  EXPECT_EQ(answer["state"], "final");
  EXPECT_FALSE(answer.contains("pending"));
  EXPECT_FALSE(answer.contains("change"));
  expect_proved(answer, "valid");
  EXPECT_EQ(get_one(1, {{"proof", false}}).contains("proof"), false);
}

TEST_F(StatusTest, FollowsAChangeFromAcceptedToFinal) {
  anchored(0, 300);
  const json changed = set_one(7, "revoked");
  EXPECT_EQ(changed["changed"], true);
  EXPECT_EQ(changed["index"], 7);
  EXPECT_EQ(changed["state"], "accepted");
  EXPECT_EQ(changed["digest"], digest(7));
  const json pending = get_one(7);
  expect_proved(pending, "valid");
  EXPECT_EQ(pending["pending"]["value"], "revoked");
  EXPECT_EQ(pending["pending"]["state"], "accepted");
  seal();
  const json sealed = get_one(7);
  expect_proved(sealed, "revoked");
  EXPECT_FALSE(sealed.contains("pending"));
  for (const std::uint64_t other : {0U, 6U, 8U, 255U, 299U}) expect_proved(get_one(other), "valid");
  EXPECT_EQ(set_one(7, "revoked")["changed"], false);
  EXPECT_EQ(set_one(7, "revoked")["state"], "sealed");
}

TEST_F(StatusTest, AnswersFromHistory) {
  anchored(0, 5);
  const auto before = get_one(3)["epoch"].get<std::uint64_t>();
  const auto when = get_one(3)["as_of"].get<std::string>();
  set_one(3, "suspended");
  seal();
  const auto during = get_one(3)["epoch"].get<std::uint64_t>();
  set_one(3, "valid");
  seal();
  expect_proved(get_one(3), "valid");
  expect_proved(get_one(3, {{"at", during}}), "suspended");
  expect_proved(get_one(3, {{"at", std::to_string(during)}}), "suspended");
  expect_proved(get_one(3, {{"at", before}}), "valid");
  expect_proved(get_one(3, {{"at", when}}), "valid");
  const json then = call("log_checkpoint", {{"epoch", during}})["time"];
  expect_proved(get_one(3, {{"at", then}}), "suspended");
  EXPECT_EQ(get_one(3, {{"at", during}})["epoch"], during);
  EXPECT_FALSE(get_one(3, {{"at", before}}).contains("pending"));
  // Twice, so that what is remembered answers, too.
  expect_proved(get_one(3, {{"at", during}}), "suspended");
}

TEST_F(StatusTest, RefusesWhatIsNotInHistory) {
  anchored(0, 1);
  const auto refused = [&](const json& at) {
    return refusal("status_get", {{"digest", digest(0)}, {"at", at}});
  };
  EXPECT_EQ(refused(1000), "-32001 there is no such epoch");
  EXPECT_EQ(refused(0), "-32001 the log had nothing of it at the end of that epoch");
  EXPECT_EQ(refused("1990-01-01T00:00:00Z"), "-32001 the log had not begun then");
  for (const json& bad : {json("yesterday"), json(-1), json(1.5), json(true), json("2026-13-01")}) {
    EXPECT_EQ(refused(bad),
              "-32602 at: expected the number of an epoch, or a time such as 2026-01-31T08:05:09Z")
        << bad;
  }
}

TEST_F(StatusTest, SaysWhatIsAcceptedWhileTheLogHasNothing) {
  call("anchor_submit", items(0, 2));
  json answer = get_one(0);
  EXPECT_EQ(answer["state"], "accepted");
  EXPECT_EQ(answer["value"], "valid");
  EXPECT_TRUE(answer["proof"].is_null());
  EXPECT_FALSE(answer.contains("epoch"));
  set_one(0, "revoked");
  answer = get_one(0);
  EXPECT_EQ(answer["value"], "revoked");
  EXPECT_EQ(answer["state"], "accepted");
}

TEST_F(StatusTest, ShowsReasonAndActorToTheIssuerAlone) {
  anchored(0, 2);
  set({digest(0)}, "revoked", {{"reason", "keyCompromise"}, {"actor", "registrar"}});
  // The first reason stays.
  set({digest(0)}, "revoked", {{"reason", "superseded"}, {"actor", "somebody"}});
  const json mine = get_one(0);
  EXPECT_EQ(mine["change"]["reason"], "keyCompromise");
  EXPECT_EQ(mine["change"]["actor"], "registrar");
  for (const std::string authorization : {"", "Bearer wrong"}) {
    const std::string text = send(request("status_get", {{"digest", digest(0)}}), authorization);
    EXPECT_EQ(text.find("keyCompromise"), std::string::npos);
    EXPECT_EQ(text.find("registrar"), std::string::npos);
    EXPECT_NE(text.find("\"value\":\"valid\""), std::string::npos) << text;
  }
}

TEST_F(StatusTest, PutsTheStatusIntoABundle) {
  anchored(0, 5);
  set_one(2, "suspended");
  seal();
  const auto verdict = [&](std::uint64_t number) {
    const json answer = call("proof_get", {{"digest", digest(number)}, {"status", true}});
    EXPECT_TRUE(answer["bundle"].contains("status"));
    return call("proof_verify", {{"bundle", answer["bundle"]}});
  };
  EXPECT_EQ(verdict(1)["verdict"], "valid");
  EXPECT_EQ(verdict(2)["reasons"][0]["code"], "suspended");
  EXPECT_FALSE(call("proof_get", {{"digest", digest(2)}})["bundle"].contains("status"));
  call("anchor_submit", items(9, 1));
  EXPECT_TRUE(call("proof_get", {{"digest", digest(9)}, {"status", true}})["bundle"].is_null());
}

TEST_F(StatusTest, NamesTheTargetThatItRefuses) {
  anchored(0, 3);
  submit_as(kOtherIssuer, 50);
  set_one(0, "revoked");
  const std::string nobody(64, '0');
  const auto begins = [](const std::string& text, const std::string& head) {
    EXPECT_EQ(text.substr(0, head.size()), head) << text;
  };
  begins(refusal_of({digest(1), nobody}, "revoked"), "-32001 targets[1]: ");
  // Of somebody else.
  begins(refusal_of({digest(1), digest(50)}, "revoked"), "-32001 targets[1]: ");
  begins(refusal_of({digest(1), digest(2), digest(0)}, "valid"), "-32002 targets[2]: ");
  begins(refusal_of({{{"list", 1}, {"index", 5}}}, "revoked"), "-32001 targets[0]: ");
  begins(refusal_of({{{"list", 0}, {"index", 4}}}, "revoked"), "-32001 targets[0]: ");
  begins(refusal_of({digest(1), {{"digest", digest(1)}, {"value", "suspended"}}}, "revoked"),
         "-32602 targets[1]: ");
  // Nothing of all that was stored.
  for (const std::uint64_t number : {1U, 2U}) EXPECT_FALSE(get_one(number).contains("pending"));
}

TEST_F(StatusTest, NamesTheFieldThatIsWrong) {
  const std::string hex = digest(1);
  const auto refused = [&](const std::string& params) {
    return refusal_of_text("status_set", params);
  };
  const std::string values = R"(expected one of "valid", "revoked", "suspended")";
  EXPECT_EQ(refused("{}"), "-32602 targets: expected an array");
  EXPECT_EQ(refused(R"({"targets":[],"value":"revoked"})"),
            "-32602 targets: expected an array of 1 to 10000 targets");
  EXPECT_EQ(refused(R"({"targets":[")" + hex + R"("]})"), "-32602 value: " + values);
  EXPECT_EQ(refused(R"({"targets":[")" + hex + R"("],"value":"gone"})"), "-32602 value: " + values);
  EXPECT_EQ(refused(R"({"targets":[7],"value":"revoked"})"),
            "-32602 targets[0]: expected a digest, or an object of digest or list and index");
  EXPECT_EQ(refused(R"({"targets":["abc"],"value":"revoked"})"),
            "-32602 targets[0]: expected 64 lower-case hex characters");
  EXPECT_EQ(refused(R"({"targets":[{"list":1}],"value":"revoked"})").substr(0, 25),
            "-32602 targets[0].index: ");
  EXPECT_EQ(refused(R"({"targets":[{"digest":")" + hex + R"(","list":1}],"value":"revoked"})"),
            "-32602 targets[0].digest: expected either digest, or list and index");
  EXPECT_EQ(refused(R"({"targets":[{"digest":")" + hex + R"("}]})"),
            "-32602 targets[0].value: " + values);
  EXPECT_EQ(
      refused(R"({"targets":[{"digest":")" + hex + R"(","x":1}],"value":"revoked"})").substr(0, 21),
      "-32602 targets[0].x: ");
  EXPECT_EQ(refused(R"({"targets":[")" + hex + R"("],"value":"revoked","reason":"because"})")
                .substr(0, 15),
            "-32602 reason: ");
  std::string many = R"({"value":"revoked","targets":[)";
  for (int i = 0; i <= 10'000; ++i) many += (i == 0 ? "\"" : ",\"") + hex + "\"";
  EXPECT_EQ(refused(many + "]}").substr(0, 16), "-32602 targets: ");
}

TEST_F(StatusTest, NamesWhatIsWrongWithAQuestion) {
  anchored(0, 1);
  const std::string hex = digest(0);
  EXPECT_EQ(refusal("status_get", {{"digest", digest(7)}}),
            "-32001 no credential with this digest has been accepted");
  EXPECT_EQ(refusal("status_get", {{"digest", hex}, {"list", 0}}),
            "-32602 digest: expected either digest, or issuer, list and index");
  EXPECT_EQ(refusal("status_get", {{"list", 0}, {"index", 0}}).substr(0, 15), "-32602 issuer: ");
  EXPECT_EQ(refusal("status_get", {{"issuer", "nobody"}, {"list", 0}, {"index", 0}}),
            "-32001 issuer: there is no such issuer");
  EXPECT_EQ(refusal("status_get", {{"issuer", kIssuer}, {"list", 3}, {"index", 0}}),
            "-32001 list: the issuer has no such list");
  EXPECT_EQ(refusal("status_get", {{"issuer", kIssuer}, {"list", 0}, {"index", 1}}),
            "-32001 index: the list has no such index");
  EXPECT_EQ(refusal("status_get", {{"digest", hex}, {"proof", 1}}).substr(0, 14), "-32602 proof: ");
  EXPECT_EQ(refusal("status_get", {{"digest", hex}, {"x", 1}}).substr(0, 10), "-32602 x: ");
}

TEST_F(StatusTest, HandsOutEntriesOfPublishedLists) {
  anchored(0, 1);
  const json first = call("status_allocate", {{"count", 3}, {"key", "one"}});
  ASSERT_EQ(first["entries"].size(), 3u);
  EXPECT_EQ(first["repeated"], false);
  json again = call("status_allocate", {{"count", 3}, {"key", "one"}});
  EXPECT_EQ(again["repeated"], true);
  EXPECT_EQ(again["entries"], first["entries"]);
  EXPECT_NE(call("status_allocate", {{"count", 3}, {"key", "two"}})["entries"], first["entries"]);
  const json entry = first["entries"][0];
  EXPECT_EQ(entry["list"], 1);
  const auto index = entry["index"].get<std::uint64_t>();

  const json question = {{"issuer", kIssuer}, {"list", 1}, {"index", index}};
  expect_proved(call("status_get", question), "valid");
  set({{{"list", 1}, {"index", index}}}, "revoked");
  seal();
  expect_proved(call("status_get", question), "revoked");
  expect_proved(call("status_get",
                     {{"issuer", kIssuer}, {"list", 1}, {"index", first["entries"][1]["index"]}}),
                "valid");

  const json lists = call("status_lists");
  EXPECT_EQ(lists["lists"].size(), 1u);
  EXPECT_EQ(lists["lists"][0]["allocated"], 6);
  EXPECT_EQ(lists["lists"][0]["purposes"], json({"revocation", "suspension"}));
  EXPECT_GE(lists["lists"][0]["size"], 131'072);
  EXPECT_EQ(lists["register"]["size"], 1);
  EXPECT_EQ(lists["changes"], 1);
  EXPECT_EQ(lists["unsealed_changes"], 0);
}

TEST_F(StatusTest, NamesWhatIsWrongWithAnAllocation) {
  const auto refused = [&](const json& params) { return refusal("status_allocate", params); };
  EXPECT_EQ(refused({{"count", 1}}).substr(0, 12), "-32602 key: ");
  EXPECT_EQ(refused({{"count", 1}, {"key", ""}}), "-32602 key: expected 1 to 255 octets");
  EXPECT_EQ(refused({{"count", 0}, {"key", "k"}}).substr(0, 14), "-32602 count: ");
  EXPECT_EQ(refused({{"count", 10'001}, {"key", "k"}}).substr(0, 14), "-32602 count: ");
  EXPECT_EQ(refused({{"count", 1}, {"key", "k"}, {"purposes", json::array()}}),
            R"(-32602 purposes: expected some of "revocation", "suspension")");
  EXPECT_EQ(refused({{"count", 1}, {"key", "k"}, {"purposes", {"refresh"}}}),
            R"(-32602 purposes: expected some of "revocation", "suspension")");
  call("status_allocate", {{"count", 1}, {"key", "k"}});
  EXPECT_EQ(refused({{"count", 2}, {"key", "k"}}).substr(0, 12), "-32602 key: ");
}

TEST_F(StatusTest, GivesAuditorsTheChangesOfAnEntry) {
  anchored(0, 9);
  set({digest(1), digest(4)}, "suspended", {{"reason", "certificateHold"}});
  set({digest(4)}, "revoked");
  seal();
  // batch, epoch, status, epoch: the status entry is the last but one.
  const auto size = call("log_checkpoint")["size"].get<std::uint64_t>();
  const json all = call("status_changes", {{"log_index", size - 2}});
  EXPECT_EQ(all["issuer"], kIssuer);
  EXPECT_EQ(all["first_change"], 0);
  EXPECT_EQ(all["count"], 3);
  ASSERT_EQ(all["changes"].size(), 3u);
  EXPECT_EQ(all["changes"][1]["index"], 4);
  EXPECT_EQ(all["changes"][2]["old"], "suspended");
  EXPECT_EQ(all["changes"][2]["new"], "revoked");
  EXPECT_EQ(all.dump().find("certificateHold"), std::string::npos);
  const json one = call("status_changes", {{"log_index", size - 2}, {"start", 1}, {"count", 1}});
  ASSERT_EQ(one["changes"].size(), 1u);
  EXPECT_EQ(one["changes"][0], all["changes"][1]);
  EXPECT_EQ(refusal("status_changes", {{"log_index", size - 2}, {"start", 3}}),
            "-32602 start: expected less than the number of changes, 3");
  EXPECT_EQ(refusal("status_changes", {{"log_index", 0}}),
            "-32001 there is no status entry at this log index");
}

TEST_F(StatusTest, IsAResource) {
  anchored(0, 2);
  set_one(1, "revoked");
  seal();
  const rpc::HttpResponse response = get("/v1/status/" + digest(1));
  EXPECT_EQ(response.status, 200);
  expect_proved(json::parse(response.body), "revoked");
  const auto epoch = json::parse(response.body)["epoch"].get<std::uint64_t>();
  const std::string before = "/v1/status/" + digest(1) + "?at=" + std::to_string(epoch - 1);
  expect_proved(json::parse(get(before).body), "valid");
  EXPECT_EQ(get("/v1/status/" + digest(1) + "?issuer=did%3Aexample%3Aissuer").status, 200);
  EXPECT_EQ(get("/v1/status/" + digest(5)).status, 404);
  EXPECT_EQ(get("/v1/status/x").status, 400);
  EXPECT_EQ(get("/v1/status/" + digest(1) + "?at=x").status, 400);
  EXPECT_EQ(get("/v1/status/" + digest(1) + "?y=x").status, 400);
}

}  // namespace
}  // namespace kedge::test
