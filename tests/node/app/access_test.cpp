// SPDX-License-Identifier: Apache-2.0
// Who may do what, in a whole node.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "node/access/record_check.hpp"
#include "node/app/app.hpp"
#include "node/audit/record_audit.hpp"
#include "node/store/rocks_store.hpp"
#include "rpc/client.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/token_authority.hpp"

namespace kedge::node {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using test::TokenAuthority;

class NodeAccessTest : public testing::Test {
 protected:
  NodeAccessTest() : log_({.level = "off"}) {
    settings_.data_dir = dir_.path() / "data";
    settings_.rpc.listen = "127.0.0.1:0";
    settings_.seal.interval = std::chrono::milliseconds(20);
  }

  std::unique_ptr<App> start() {
    auto app = App::start(settings_, log_);
    if (!app) {
      ADD_FAILURE() << app.error().message;
      return nullptr;
    }
    return std::move(*app);
  }
  std::string cookie() const {
    return *config::read_secret_file(config::DataDir(settings_.data_dir).cookie());
  }
  static rpc::Client client(const App& app, const std::string& token) {
    auto made = rpc::Client::connect(app.url(), {.token = token});
    if (!made) throw std::runtime_error(made.error().message);
    return std::move(*made);
  }
  static json call(rpc::Client& client, std::string_view method, const json& params) {
    const auto answer = client.call(method, params.dump());
    if (!answer) throw std::runtime_error(answer.error().message);
    return json::parse(*answer);
  }
  static json items(char digit) {
    return {{"items", json::array({{{"profile", "external"}, {"digest", std::string(64, digit)}}})},
            {"wait", "sealed"}};
  }
  static std::string refusal(rpc::Client& client, std::string_view method, const json& params) {
    const auto answer = client.call(method, params.dump());
    return answer ? "fine" : answer.error().message;
  }
  static std::uint64_t now_ms() {
    return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(
                                          std::chrono::system_clock::now().time_since_epoch())
                                          .count());
  }

  Result<RecordCheck> audit() {
    const config::DataDir dir(settings_.data_dir);
    const auto store = open_rocks_store(dir.store(), {});
    if (!store) return store.error();
    return audit_record(*(*store)->snapshot(), dir.record(), settings_.log.origin);
  }

  test::TempDir dir_;
  config::Settings settings_;
  NodeLog log_;
};

TEST_F(NodeAccessTest, AnIssuersTokenWorksOverARestartUntilItIsRevoked) {
  std::string token;
  std::string id;
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client admin = client(*app, cookie());
    EXPECT_EQ(call(admin, "issuer_add", {{"issuer", "did:example:college"}})["created"], true);
    const json issued = call(admin, "issuer_token",
                             {{"issuer", "did:example:college"}, {"scopes", {"anchor:write"}}});
    token = issued["token"].get<std::string>();
    id = issued["id"].get<std::string>();
    rpc::Client college = client(*app, token);
    EXPECT_EQ(call(college, "anchor_submit", items('a'))["items"][0]["position"], 0);
    EXPECT_EQ(refusal(college, "node_info", json::object()), "forbidden: needs the scope admin");
  }
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client college = client(*app, token);
    EXPECT_EQ(call(college, "anchor_submit", items('b'))["items"][0]["position"], 1);
    rpc::Client admin = client(*app, cookie());
    call(admin, "token_revoke", {{"id", id}});
    EXPECT_EQ(refusal(college, "anchor_submit", items('c')), "unauthorized");
    // The issuer has what an issuer needs: a key for its lists.
    const config::DataDir dir(settings_.data_dir);
    std::size_t keys = 0;
    for (const auto& entry : fs::directory_iterator(dir.keys())) {
      keys += entry.path().filename().string().starts_with("lists-") ? 1U : 0U;
    }
    EXPECT_EQ(keys, 2U);
  }
  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client college = client(*app, token);
  EXPECT_EQ(refusal(college, "anchor_submit", items('c')), "unauthorized");
}

TEST_F(NodeAccessTest, TheRecordIsBoundToTheLogAndATamperedOneShows) {
  const config::DataDir dir(settings_.data_dir);
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client admin = client(*app, cookie());
    for (const char digit : {'a', 'b', 'c'}) call(admin, "anchor_submit", items(digit));
    rpc::Client nobody = client(*app, {});
    EXPECT_EQ(refusal(nobody, "anchor_seal", json::object()), "unauthorized");
  }
  const auto checked = audit();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_GE(checked->bound_heads, 3U);
  ASSERT_TRUE(checked->bound_line);
  EXPECT_GT(checked->end.lines, *checked->bound_line);

  // Somebody with the file makes it anew, with one word another and all hashes right.
  std::vector<RecordEvent> events;
  ASSERT_TRUE(check_record(
      dir.record(), settings_.log.origin, no_heads,
      [&](std::uint64_t, const Hash&, const RecordEvent& event) { events.push_back(event); }));
  fs::remove(dir.record());
  {
    auto forged = ChainFile::open(dir.record(), record_format(settings_.log.origin),
                                  [](auto, auto, const auto&) { return Status(); });
    ASSERT_TRUE(forged);
    events[1].actor = "token:0123456789abcdef";
    for (std::size_t i = 0; i < events.size(); ++i) {
      const std::string body = format_record_line(i, events[i]);
      ASSERT_TRUE(forged->append({&body, 1}));
    }
  }
  EXPECT_TRUE(check_record(dir.record(), settings_.log.origin, no_heads));
  const auto tampered = audit();
  ASSERT_FALSE(tampered);
  EXPECT_EQ(tampered.error().code, Errc::corrupt);
  fs::remove(dir.record());
  EXPECT_EQ(audit().error().code, Errc::corrupt);
}

TEST_F(NodeAccessTest, WithoutARecordNothingIsBound) {
  settings_.access.record = false;
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client admin = client(*app, cookie());
    call(admin, "anchor_submit", items('a'));
    EXPECT_EQ(call(admin, "issuer_list", json::object())["issuers"].size(), 1U);
  }
  EXPECT_FALSE(fs::exists(config::DataDir(settings_.data_dir).record()));
  const auto checked = audit();
  ASSERT_TRUE(checked) << checked.error().message;
  EXPECT_EQ(checked->end.lines, 0U);
}

TEST_F(NodeAccessTest, TakesTheAccessTokensOfAConfiguredServer) {
  settings_.access = TokenAuthority::settings();
  settings_.access.jwks_file = (dir_.path() / "jwks.json").string();
  const auto missing = App::start(settings_, log_);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().field, "access.jwks_file");

  std::ofstream(settings_.access.jwks_file) << TokenAuthority().jwks().dump();
  const auto app = start();
  ASSERT_NE(app, nullptr);
  const auto jwt = [](std::string_view issuer, std::string_view scope, std::uint8_t fill = 0x51) {
    return TokenAuthority(fill).sign(TokenAuthority::claims(issuer, scope, now_ms()));
  };
  rpc::Client writer = client(*app, jwt(settings_.issuer, "anchor:write"));
  EXPECT_EQ(call(writer, "anchor_submit", items('a'))["items"][0]["position"], 0);
  EXPECT_NE(refusal(writer, "status_allocate", {{"count", 1}, {"key", "k"}}), "fine");
  // An issuer that the node does not have.
  rpc::Client stranger = client(*app, jwt("did:example:stranger", "anchor:write"));
  EXPECT_NE(refusal(stranger, "anchor_submit", items('b')).find("no such issuer"),
            std::string::npos);
  rpc::Client forger = client(*app, jwt(settings_.issuer, "anchor:write", 0x52));
  EXPECT_EQ(refusal(forger, "anchor_submit", items('b')), "unauthorized");
}

TEST_F(NodeAccessTest, ClosedReadsNeedATokenOnEveryWayIn) {
  settings_.access.read = "token";
  const auto app = start();
  ASSERT_NE(app, nullptr);
  rpc::Client nobody = client(*app, {});
  EXPECT_EQ(refusal(nobody, "log_checkpoint", json::object()), "unauthorized");
  EXPECT_EQ(nobody.get("/log/checkpoint")->status, 401U);
  EXPECT_EQ(nobody.get("/healthz")->status, 200U);
  rpc::Client admin = client(*app, cookie());
  const json issued =
      call(admin, "issuer_token", {{"issuer", settings_.issuer}, {"scopes", {"read"}}});
  rpc::Client reader = client(*app, issued["token"].get<std::string>());
  EXPECT_EQ(reader.get("/log/checkpoint")->status, 200U);
  EXPECT_EQ(refusal(reader, "log_checkpoint", json::object()), "fine");
}

TEST_F(NodeAccessTest, DoesNotStartWhereItsFilesContradictThemselves) {
  const config::DataDir dir(settings_.data_dir);
  {
    const auto app = start();
    ASSERT_NE(app, nullptr);
    rpc::Client admin = client(*app, cookie());
    call(admin, "issuer_token", {{"issuer", settings_.issuer}, {"scopes", {"read"}}});
  }
  for (const fs::path& file : {dir.tokens(), dir.record()}) {
    std::ifstream in(file, std::ios::binary);
    const std::string whole{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    std::string changed = whole;
    changed[100] = static_cast<char>(changed[100] ^ 1);
    std::ofstream(file, std::ios::binary) << changed;
    const auto app = App::start(settings_, log_);
    ASSERT_FALSE(app) << file;
    EXPECT_EQ(app.error().code, Errc::corrupt);
    EXPECT_NE(app.error().message.find(file.filename().string()), std::string::npos);
    std::ofstream(file, std::ios::binary) << whole;
  }
  EXPECT_NE(start(), nullptr);
  settings_.issuer = "urn:kedge:record:x";
  const auto reserved = App::start(settings_, log_);
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().field, "issuer");
}

}  // namespace
}  // namespace kedge::node
