// SPDX-License-Identifier: Apache-2.0
#include "server_fixture.hpp"

namespace kedge::rpc {
namespace {

using test::RawConnection;

class ServerAdminTest : public test::ServerTest {
 protected:
  ServerAdminTest() {
    const auto route = [&](const char* path, bool operators) {
      routes_.push_back(
          {.path = path,
           .dispatch = Dispatch::inline_,
           .handler = [](const HttpRequest&) { return HttpResponse{.body = "{}", .headers = {}}; },
           .operators = operators});
    };
    route("/healthz", false);
    route("/metrics", true);
  }

  static std::string as_admin(const std::string& method) {
    return post(body(method), "Authorization: Bearer admin\r\n");
  }

  static std::string ask(std::uint16_t port, const std::string& text) {
    RawConnection connection(port);
    connection.send(text);
    return connection.answer();
  }
};

TEST_F(ServerAdminTest, IsOneWithoutAnAddressOfItsOwn) {
  start();
  EXPECT_EQ(server_->admin_port(), 0);
  EXPECT_EQ(ask(port(), as_admin("admin")), result("\"did:example:a\""));
  EXPECT_EQ(ask(port(), get("/metrics")), "200 {}");
}

TEST_F(ServerAdminTest, KeepsWhatIsForOperatorsApart) {
  options_.admin = ListenAt{};
  start();
  const std::uint16_t admin = server_->admin_port();
  ASSERT_NE(admin, 0);
  ASSERT_NE(admin, port());
  EXPECT_EQ(ask(port(), as_admin("admin")),
            R"(200 {"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":)"
            R"("unknown method: admin"}})")
      << "good credentials do not bring it back";
  EXPECT_EQ(ask(port(), get("/metrics")).substr(0, 3), "404");
  EXPECT_EQ(ask(port(), get("/healthz")), "200 {}");
  EXPECT_EQ(ask(port(), call("echo")), result("{}"));

  EXPECT_EQ(ask(admin, as_admin("admin")), result("\"did:example:a\""));
  EXPECT_EQ(ask(admin, call("admin")).substr(0, 3), "401");
  EXPECT_EQ(ask(admin, get("/metrics")), "200 {}");
  EXPECT_EQ(ask(admin, get("/healthz")), "200 {}");
  EXPECT_EQ(ask(admin, call("echo")), result("{}"));
}

TEST_F(ServerAdminTest, SaysWhichAddressIsTaken) {
  start();
  ServerOptions options;
  options.admin = ListenAt{"127.0.0.1", port()};
  const auto refused = Server::start(options, table_.methods, routes_, authorizer_, observer_);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(std::to_string(port())), std::string::npos);
}

}  // namespace
}  // namespace kedge::rpc
