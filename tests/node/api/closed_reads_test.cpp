// SPDX-License-Identifier: Apache-2.0
#include "node/access/scopes.hpp"
#include "node/api/guard.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class ClosedReadsTest : public ApiTest {
 protected:
  ClosedReadsTest() {
    reads_closed_ = true;
    restart({});
  }
};

TEST_F(ClosedReadsTest, EveryMethodNeedsAKnownCaller) {
  const std::string reader = "Bearer " + token(kOtherIssuer, node::kRead.bit);
  for (const auto& [name, method] : methods().all()) {
    SCOPED_TRACE(name);
    EXPECT_TRUE(send(request(name, json::object())).starts_with("401"));
    EXPECT_TRUE(send(request(name, json::object()), "Bearer wrong").starts_with("401"));
    const std::string answer = send(request(name, json::object()), reader);
    const bool reads = method.access == rpc::Access::open || name == "status_lists";
    EXPECT_EQ(answer.starts_with("403"), !reads) << answer;
    EXPECT_FALSE(answer.starts_with("401")) << answer;
  }
}

TEST_F(ClosedReadsTest, SoDoesEveryResourceButThoseThatSayHowTheNodeDoes) {
  const auto routes = node::guard_routes(node::make_routes(services(), methods()), authorizer());
  const std::string reader = "Bearer " + token(kIssuer, node::kRead.bit);
  std::size_t guarded = 0;
  for (const rpc::Route& route : routes) {
    SCOPED_TRACE(route.path);
    const bool open = route.path == "/healthz" || route.path == "/readyz";
    EXPECT_EQ(route.open, open);
    // Calls are refused by the dispatcher, as above.
    if (route.plan && !route.path.ends_with("/leaves")) continue;
    const auto status = [&](const rpc::HeaderList& headers) {
      const rpc::HttpRequest request{
          .method = "GET", .path = route.path, .query = {}, .headers = headers};
      rpc::HttpResponse response;
      if (route.handler) {
        response = route.handler(request);
      } else if (auto planned = route.plan(request); planned.index() == 1) {
        response = std::get<rpc::HttpResponse>(std::move(planned));
      }
      EXPECT_EQ(response.status == 401,
                rpc::find_header(response.headers, "WWW-Authenticate").has_value());
      return response.status;
    };
    EXPECT_EQ(status({}) == 401, !open);
    EXPECT_EQ(status({{"authorization", "Bearer wrong"}}) == 401, !open);
    const unsigned let_in = status({{"authorization", reader}});
    EXPECT_TRUE(let_in != 401 && let_in != 403) << let_in;
    guarded += open ? 0 : 1;
  }
  EXPECT_GE(guarded, 7U);
}

}  // namespace
}  // namespace kedge::test
