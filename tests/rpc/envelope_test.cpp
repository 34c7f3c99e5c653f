// SPDX-License-Identifier: Apache-2.0
#include "rpc/envelope.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace kedge::rpc {
namespace {

using nlohmann::json;

constexpr std::size_t kDepth = 64;
constexpr std::size_t kEntries = 3;

std::variant<Envelope, BadCall> parse(std::string_view body) {
  return parse_envelope(body, kDepth, kEntries);
}

/// `<code> <id> <field>: <expected>` of a refused single request.
std::string refusal(std::string_view body) {
  const auto parsed = parse(body);
  const auto* bad = std::get_if<BadCall>(&parsed);
  if (bad == nullptr) return "accepted";
  return std::to_string(bad->error.code) + " " + std::string(bad->id) + " " + bad->error.field +
         ": " + bad->error.expected;
}

Call call(std::string_view body) {
  const auto parsed = parse(body);
  if (const auto* bad = std::get_if<BadCall>(&parsed)) {
    ADD_FAILURE() << bad->error.message;
    return {};
  }
  return std::get<Call>(std::get<Envelope>(parsed).entries.at(0));
}

TEST(Envelope, TakesASingleCallApart) {
  constexpr std::string_view kBody =
      R"({"jsonrpc":"2.0","id":7,"method":"a_b","params": {"x": [1, 2]} })";
  const Call parsed = call(kBody);
  EXPECT_EQ(parsed.method, "a_b");
  EXPECT_EQ(parsed.params, R"({"x": [1, 2]})");
  EXPECT_EQ(parsed.id, "7");
  EXPECT_FALSE(parsed.notification());
}

TEST(Envelope, KnowsIdsOfEveryAllowedKind) {
  for (const std::string id : {"1", "-1", "\"a\\u0062\"", "null", "\"\""}) {
    const std::string body = R"({"id":)" + id + R"(,"method":"m","jsonrpc":"2.0"})";
    EXPECT_EQ(call(body).id, id);
  }
  EXPECT_TRUE(call(R"({"method":"m","jsonrpc":"2.0"})").notification());
}

TEST(Envelope, TreatsNoParamsAndAnEmptyListAlike) {
  EXPECT_EQ(call(R"({"method":"m","jsonrpc":"2.0"})").params, "{}");
  EXPECT_EQ(call(R"({"method":"m","jsonrpc":"2.0","params":[ ]})").params, "{}");
  EXPECT_EQ(call(R"({"method":"m","jsonrpc":"2.0","params":{}})").params, "{}");
  EXPECT_EQ(call(R"({"method":"m","jsonrpc":"2.0","params":[1]})").params, "[1]");
}

TEST(Envelope, DecodesTheMethodName) {
  EXPECT_EQ(call(R"({"method":"\u006d_x","jsonrpc":"2.0"})").method, "m_x");
}

TEST(Envelope, RefusesWhatIsNotARequest) {
  EXPECT_EQ(refusal("{"), refusal("{"));
  EXPECT_TRUE(refusal("{").starts_with("-32700 null"));
  EXPECT_TRUE(refusal("").starts_with("-32700 null"));
  EXPECT_TRUE(refusal(R"({"jsonrpc":"2.0","jsonrpc":"2.0","method":"m","id":1})")
                  .starts_with("-32700 null jsonrpc"));
  EXPECT_EQ(refusal("1"), "-32600 null : expected a request object or a batch of them");
  EXPECT_EQ(refusal("[]"), "-32600 null : expected at least one request in a batch");
  EXPECT_EQ(refusal("[1,2,3,4]"), "-32600 null : expected at most 3 requests in a batch, got 4");
  EXPECT_EQ(refusal(R"({"method":"m","id":1})"), "-32600 1 jsonrpc: expected \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":"1.0","method":"m","id":1})"),
            "-32600 1 jsonrpc: expected \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":2.0,"method":"m","id":1})"),
            "-32600 1 jsonrpc: expected \"2.0\"");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","id":"x"})"), "-32600 \"x\" method: expected a string");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","method":1,"id":1})"),
            "-32600 1 method: expected a string");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","method":"m","id":1,"params":"x"})"),
            "-32600 1 params: expected an object");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","method":"m","id":1,"params":null})"),
            "-32600 1 params: expected an object");
  EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","method":"m","id":1,"parms":{}})"),
            "-32600 1 parms: unknown member: a request has jsonrpc, method, params and id");
  for (const std::string id : {"true", "[]", "{}", "1.5", "1e3"}) {
    EXPECT_EQ(refusal(R"({"jsonrpc":"2.0","method":"m","id":)" + id + "}"),
              "-32600 null id: expected a string, a whole number or null");
  }
}

TEST(Envelope, ReportsEachBadEntryOfABatchInItsPlace) {
  constexpr std::string_view kBody =
      R"([{"jsonrpc":"2.0","method":"m","id":1},7,{"jsonrpc":"2.0","method":2,"id":3}])";
  const auto parsed = parse(kBody);
  const auto& envelope = std::get<Envelope>(parsed);
  EXPECT_TRUE(envelope.batch);
  ASSERT_EQ(envelope.entries.size(), 3U);
  EXPECT_EQ(std::get<Call>(envelope.entries[0]).id, "1");
  EXPECT_EQ(std::get<BadCall>(envelope.entries[1]).error.field, "[1]");
  EXPECT_EQ(std::get<BadCall>(envelope.entries[1]).id, "null");
  EXPECT_EQ(std::get<BadCall>(envelope.entries[2]).error.field, "[2].method");
  EXPECT_EQ(std::get<BadCall>(envelope.entries[2]).id, "3");
}

TEST(Envelope, FormatsAnswers) {
  std::string out;
  append_result(out, "\"x\"", "[1]");
  EXPECT_EQ(out, R"({"jsonrpc":"2.0","id":"x","result":[1]})");
  out.clear();
  append_error(out, "1", to_wire(invalid_argument("expected a \"string\"", "a.b")));
  EXPECT_EQ(out, R"({"jsonrpc":"2.0","id":1,"error":{"code":-32602,)"
                 R"("message":"invalid params: a.b: expected a \"string\"",)"
                 R"("data":{"field":"a.b","expected":"expected a \"string\""}}})");
  EXPECT_EQ(format_call(3, "m", "{}"), R"({"jsonrpc":"2.0","id":3,"method":"m","params":{}})");
}

TEST(Errors, KeepDetailsOfOurFaultsInside) {
  for (const Errc code : {Errc::corrupt, Errc::storage, Errc::crypto, Errc::internal}) {
    const WireError wire = to_wire({code, "secret path /var", "secret field"});
    EXPECT_EQ(wire.code, kInternalError);
    EXPECT_EQ(wire.http_status, 500U);
    EXPECT_EQ(wire.message, "internal error");
    EXPECT_TRUE(wire.field.empty() && wire.expected.empty());
  }
  EXPECT_EQ(to_wire({Errc::unauthorized, "the cookie is 10 octets too short"}).message,
            "forbidden");
}

TEST(Errors, MapBothWays) {
  struct Row {
    Errc errc;
    int code;
    unsigned status;
  };
  for (const Row& row :
       {Row{Errc::invalid_argument, -32602, 200}, Row{Errc::not_found, -32001, 200},
        Row{Errc::already_exists, -32002, 200}, Row{Errc::unauthorized, -32004, 403},
        Row{Errc::too_busy, -32005, 503}, Row{Errc::internal, -32603, 500}}) {
    const WireError wire = to_wire({row.errc, "x"});
    EXPECT_EQ(wire.code, row.code);
    EXPECT_EQ(wire.http_status, row.status);
    EXPECT_EQ(errc_of(row.code), row.errc);
    EXPECT_EQ(wire.retry_after != 0, row.status == 503);
  }
  EXPECT_EQ(to_wire({Errc::unavailable, "stopping"}).code, -32005);
}

}  // namespace
}  // namespace kedge::rpc
