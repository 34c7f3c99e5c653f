// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "rpc/gzip.hpp"
#include "rpc/representation.hpp"
#include "rpc/route_table.hpp"
#include "server_fixture.hpp"

namespace kedge::rpc::test {
namespace {

/// What a gzip reader makes of it.
std::string gunzip(std::string_view text) {
  std::string out(std::size_t{4} << 20, '\0');
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const int done = inflate(&stream, Z_FINISH);
  out.resize(done == Z_STREAM_END ? stream.total_out : 0);
  inflateEnd(&stream);
  return out;
}

/// A route that is the method of its name, with the body as params.
Route calling(const std::string& path, const std::string& method, const std::string& http_method,
              std::size_t times = 1) {
  Route route;
  route.path = path;
  route.method = http_method;
  route.dispatch = Dispatch::inline_;
  route.plan = [method,
                times](const HttpRequest& request) -> std::variant<RoutePlan, HttpResponse> {
    if (request.query == "no") return problem(404, {}, {}, "not today");
    RoutePlan plan;
    const std::string params = request.body.empty() ? "{}" : std::string(request.body);
    for (std::size_t i = 0; i < times; ++i) plan.calls.push_back({method, params});
    plan.answer = [](const HttpRequest&, const std::vector<CallOutcome>& outcomes) {
      HttpResponse response;
      for (const CallOutcome& outcome : outcomes) {
        if (const auto* error = std::get_if<WireError>(&outcome)) return problem(*error);
        response.body += std::get<std::string>(outcome) + "\n";
      }
      return response;
    };
    return plan;
  };
  return route;
}

class RouteTest : public ServerTest {
 protected:
  static std::string post_to(const std::string& path, const std::string& text,
                             const std::string& headers = {}) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\n" + headers +
           "Content-Length: " + std::to_string(text.size()) + "\r\n\r\n" + text;
  }
  static std::string get_with(const std::string& path, const std::string& headers) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
  }
};

TEST_F(RouteTest, RunsCallsWhereverTheyRun) {
  for (const std::string method : {"echo", "echo_worker", "later", "now", "written_later",
                                   "now_written", "broken", "throws", "missing", "dropped"}) {
    routes_.push_back(calling("/" + method, method, "POST"));
  }
  routes_.push_back(calling("/three", "echo_worker", "POST", 3));
  start();
  RawConnection connection(port());
  const std::string body = R"({"a":1})";
  for (const std::string method :
       {"echo", "echo_worker", "later", "now", "written_later", "now_written"}) {
    connection.send(post_to("/" + method, body));
    EXPECT_EQ(connection.answer(), "200 " + body + "\n") << method;
  }
  connection.send(post_to("/three", body));
  EXPECT_EQ(connection.answer(), "200 " + body + "\n" + body + "\n" + body + "\n");
  const std::string large = R"({"a":")" + std::string(200'000, 'x') + R"("})";
  for (const std::string method : {"echo", "later", "three"}) {
    connection.send(post_to("/" + method, large));
    EXPECT_EQ(connection.answer().substr(0, large.size() + 4), "200 " + large) << method;
  }
  for (const std::string method : {"broken", "throws", "dropped"}) {
    connection.send(post_to("/" + method, body));
    const std::string answer = connection.answer();
    EXPECT_EQ(answer.substr(0, 3), "500") << method;
    EXPECT_EQ(answer.find("secret"), std::string::npos);
  }
  connection.send(post_to("/missing", body));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
  EXPECT_EQ(observer_.calls("echo 0"), 2);
  EXPECT_EQ(observer_.calls("missing -32001"), 1);
  connection.send(post_to("/echo?no", body));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
}

TEST_F(RouteTest, AsksForTheSameCredentialsAsTheMethod) {
  routes_ = {calling("/who", "who", "GET"), calling("/admin", "admin", "GET")};
  start();
  RawConnection connection(port());
  connection.send(get_with("/who", {}));
  EXPECT_EQ(connection.answer().substr(0, 3), "401");
  connection.send(get_with("/who", "Authorization: Bearer issuer\r\n"));
  EXPECT_EQ(connection.answer(), "200 \"did:example:a\"\n");
  connection.send(get_with("/admin", "Authorization: Bearer wrong\r\n"));
  EXPECT_EQ(connection.answer().substr(0, 3), "401");
  connection.send(get_with("/admin", "Authorization: Bearer admin\r\n"));
  EXPECT_EQ(connection.answer(), "200 \"did:example:a\"\n");
}

TEST_F(RouteTest, RefusesWhatIsNoObjectAndNoJson) {
  routes_ = {calling("/echo", "echo", "POST")};
  start();
  RawConnection connection(port());
  for (const std::string bad :
       {"[]", "7", "{", "{}{}", R"({"a":1,"a":2})", R"({},"method":"admin","x":{})"}) {
    connection.send(post_to("/echo", bad));
    EXPECT_EQ(connection.answer().substr(0, 3), "400") << bad;
  }
  connection.send(
      post_to("/echo", "{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}"));
  EXPECT_EQ(connection.answer().substr(0, 3), "400");
  connection.send(post_to("/echo", "{}"));
  EXPECT_EQ(connection.answer(), "200 {}\n");
}

TEST_F(RouteTest, KnowsItsMethodsAndWhoMayReadThem) {
  Route closed = calling("/things", "who", "GET");
  closed.open = false;
  Route write = calling("/things", "who", "POST");
  write.open = false;
  routes_ = {closed, write, calling("/open", "echo", "GET"), calling("/check", "echo", "POST"),
             calling("/open/{one}", "echo", "GET")};
  start();
  RawConnection connection(port());
  const auto options = [&](const std::string& path) {
    connection.send("OPTIONS " + path + " HTTP/1.1\r\nHost: a\r\n\r\n");
    return connection.answer().substr(0, 3);
  };
  EXPECT_EQ(options("/things"), "204");
  EXPECT_TRUE(connection.has_line("Allow: GET, HEAD, POST, OPTIONS"));
  EXPECT_FALSE(connection.has_line("Access-Control-Allow-Origin: *"));
  EXPECT_EQ(options("/open"), "204");
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Methods: GET, HEAD, OPTIONS"));
  EXPECT_EQ(options("/check"), "204");
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Methods: POST, OPTIONS"));
  EXPECT_TRUE(connection.has_line("Access-Control-Allow-Headers: Accept, Content-Type"));
  EXPECT_EQ(options("/nothing"), "404");
  connection.send("DELETE /things HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(connection.answer().substr(0, 3), "405");
  EXPECT_TRUE(connection.has_line("Allow: GET, HEAD, POST, OPTIONS"));
  connection.send(get_with("/things", "Authorization: Bearer issuer\r\nOrigin: https://b\r\n"));
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
  EXPECT_FALSE(connection.has_line("Access-Control-Allow-Origin: *"));
  EXPECT_TRUE(connection.has_line("X-Content-Type-Options: nosniff"));
  connection.send(get_with("/open/x", {}));
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
  connection.send(get_with("/open/", {}));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
}

TEST_F(RouteTest, CompressesAndTellsWhatHasNotChanged) {
  const std::string text = "\"" + std::string(1 << 20, 'x') + "\"\n";
  Route closed = calling("/closed", "large", "GET");
  closed.open = false;
  Route handled;
  handled.path = "/handled";
  handled.dispatch = Dispatch::inline_;
  handled.handler = [&](const HttpRequest&) {
    HttpResponse response;
    response.body = text;
    return response;
  };
  routes_ = {calling("/large", "large", "GET"), closed, handled};
  start();
  RawConnection connection(port());
  connection.send(get_with("/large", {}));
  EXPECT_EQ(connection.answer(), "200 " + text);
  EXPECT_TRUE(connection.has_line("Vary: Accept-Encoding"));
  for (const std::string path : {"/large", "/handled"}) {
    connection.send(get_with(path, "Accept-Encoding: br, gzip\r\n"));
    const std::string answer = connection.answer();
    EXPECT_LT(answer.size(), std::size_t{10'000});
    EXPECT_EQ(gunzip(answer.substr(4)), text) << path;
    EXPECT_TRUE(connection.has_line("Content-Encoding: gzip"));
  }
  for (const std::string plain : {"gzip;q=0", "br", "*;q=0"}) {
    connection.send(get_with("/large", "Accept-Encoding: " + plain + "\r\n"));
    EXPECT_EQ(connection.answer().size(), text.size() + 4) << plain;
  }
  connection.send(get_with("/closed", "Accept-Encoding: gzip\r\n"));
  EXPECT_EQ(connection.answer().size(), text.size() + 4);
  const std::string hash = crypto::to_hex(crypto::sha256(as_bytes(text))).substr(0, 32);
  for (const std::string& tag : {"\"" + hash + "\"", "\"" + hash + "-gzip\""}) {
    connection.send(get_with("/large", "If-None-Match: " + tag + "\r\nAccept-Encoding: gzip\r\n"));
    EXPECT_EQ(connection.answer(), "304 ");
    EXPECT_TRUE(connection.has_line("ETag: \"" + hash + "\""));
  }
  connection.send(get_with("/large", "If-None-Match: \"" + hash + "0\"\r\n"));
  EXPECT_EQ(connection.answer().substr(0, 3), "200");
}

TEST(RouteTable, WantsOneHandlerEach) {
  Route neither;
  neither.path = "/x";
  EXPECT_THROW(RouteTable({neither}), std::logic_error);
  Route both = calling("/x", "echo", "GET");
  both.handler = [](const HttpRequest&) { return HttpResponse{}; };
  EXPECT_THROW(RouteTable({both}), std::logic_error);
}

TEST(RouteTable, PrefersTheMoreLiteralPath) {
  const RouteTable table({calling("/a/{x}", "one", "GET"), calling("/a/lists", "two", "GET"),
                          calling("/a/", "three", "GET")});
  EXPECT_EQ(table.find("/a/lists", "GET").route->path, "/a/lists");
  EXPECT_EQ(table.find("/a/other", "HEAD").route->path, "/a/{x}");
  EXPECT_EQ(table.find("/a/b/c", "GET").route->path, "/a/");
  EXPECT_EQ(table.find("/b", "GET").allowed, "");
}

TEST(Gzip, IsReadBackAndAlwaysTheSame) {
  for (const std::string& text : {std::string(), std::string("x"), std::string(100'000, 'a')}) {
    EXPECT_EQ(gunzip(gzip(text)), text);
    EXPECT_EQ(gzip(text), gzip(text));
  }
}

}  // namespace
}  // namespace kedge::rpc::test
