// SPDX-License-Identifier: Apache-2.0
#include "rpc/http.hpp"

#include <gtest/gtest.h>

#include "rpc/response_head.hpp"
#include "rpc/url.hpp"

namespace kedge::rpc {
namespace {

TEST(Http, FindsHeadersWithoutCase) {
  const HeaderList headers = {{"Accept", "a"}, {"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(find_header(headers, "aCCEPT"), "a");
  EXPECT_EQ(find_header(headers, "x-ONE"), "1");
  EXPECT_EQ(find_header(headers, "X-On"), std::nullopt);
}

TEST(Http, DecodesQueries) {
  const auto query = parse_query("issuer=did:ebsi:z%C3%A4%26&b=&c&plus=a+b");
  ASSERT_TRUE(query) << query.error().message;
  const HeaderList expected = {
      {"issuer", "did:ebsi:z\xC3\xA4&"}, {"b", ""}, {"c", ""}, {"plus", "a+b"}};
  EXPECT_EQ(*query, expected);
  EXPECT_TRUE(parse_query("")->empty());
  for (const std::string_view bad : {"a=%", "a=%4", "a=%zz", "a=%ff", "=1", "a=1&a=2", "&a=1"}) {
    const auto refused = parse_query(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code, Errc::invalid_argument);
    EXPECT_EQ(refused.error().field, "query");
  }
}

TEST(Http, TellsErrorsByStatus) {
  EXPECT_EQ(error_response(invalid_argument("expected x", "f")).status, 400U);
  EXPECT_EQ(error_response({Errc::not_found, "no such thing"}).status, 404U);
  EXPECT_EQ(error_response({Errc::unauthorized, "why"}).status, 403U);
  const HttpResponse busy = error_response({Errc::too_busy, "full"});
  EXPECT_EQ(busy.status, 503U);
  EXPECT_EQ(find_header(busy.headers, "Retry-After"), "1");
  EXPECT_EQ(error_response({Errc::corrupt, "row 7"}).body,
            "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\",\"status\":500,"
            "\"detail\":\"internal error\",\"code\":-32603}\n");
  const HttpResponse refused = error_response(invalid_argument("expected x", "f"));
  EXPECT_EQ(refused.content_type, "application/problem+json");
  EXPECT_EQ(find_header(refused.headers, "Cache-Control"), "no-store");
  EXPECT_EQ(
      refused.body,
      "{\"type\":\"about:blank\",\"title\":\"Bad Request\",\"status\":400,\"detail\":\"invalid "
      "params: f: expected x\",\"code\":-32602,\"field\":\"f\",\"expected\":\"expected x\"}\n");
}

TEST(Http, MatchesPathsByTheirSegments) {
  EXPECT_TRUE(matches("/a", "/a"));
  EXPECT_FALSE(matches("/a", "/a/"));
  EXPECT_FALSE(matches("/a", "/ab"));
  EXPECT_FALSE(matches("/a/", "/a"));
  EXPECT_TRUE(matches("/a/", "/a/"));
  EXPECT_TRUE(matches("/a/", "/a/b/c"));
  EXPECT_TRUE(matches("/a/{b}", "/a/x%2Fy"));
  EXPECT_FALSE(matches("/a/{b}", "/a/"));
  EXPECT_FALSE(matches("/a/{b}", "/a/x/"));
  EXPECT_FALSE(matches("/a/{b}", "/a"));
  EXPECT_TRUE(matches("/a/{b}/c/{d}", "/a/1/c/2"));
  EXPECT_FALSE(matches("/a/{b}/c/{d}", "/a/1/d/2"));
  EXPECT_FALSE(matches("/a/{b}/c", "/a//c"));
  EXPECT_EQ(path_segment("/a/{b}/c/{d}", "/a/1/c/2", "b"), "1");
  EXPECT_EQ(path_segment("/a/{b}/c/{d}", "/a/1/c/22", "d"), "22");
}

TEST(Http, FormatsHeads) {
  HttpResponse response;
  response.body = "12345";
  response.content_type = "text/plain";
  response.headers = {{"X", "y"}};
  std::string out;
  append_head(out, response, {.server = "s", .date = "d", .version = 11, .close = true});
  EXPECT_EQ(out,
            "HTTP/1.1 200 OK\r\nServer: s\r\nDate: d\r\nContent-Type: text/plain\r\n"
            "Content-Length: 5\r\nX: y\r\nConnection: close\r\n\r\n");
  HttpResponse none;
  none.status = 204;
  out.clear();
  append_head(out, none, {.server = "s", .date = "d", .version = 10});
  EXPECT_EQ(out,
            "HTTP/1.1 204 No Content\r\nServer: s\r\nDate: d\r\nConnection: keep-alive\r\n\r\n");
}

TEST(Url, TakesApart) {
  const auto url = parse_url("http://[::1]:7410/a/b?c=d");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 7410);
  EXPECT_EQ(url->path, "/a/b?c=d");
  EXPECT_EQ(url->authority(), "[::1]:7410");
  EXPECT_EQ(parse_url("http://node.example")->authority(), "node.example");
  EXPECT_EQ(parse_url("http://node.example")->path, "/");
  EXPECT_EQ(parse_url("https://node.example?k=v")->path, "/?k=v");
  for (const std::string_view bad :
       {"", "node.example", "ftp://node.example", "http://", "http://:80", "http://a:0",
        "http://a:65536", "http://a:x", "http://a:1x", "http://@a/", "http://u%4@a/",
        "http://u%zz@a/", "http://a b/", "http://a/#f", "http://[::1", "http://[x]z", "http://[]",
        "http://a/\r\nX: y"}) {
    EXPECT_FALSE(parse_url(bad)) << bad;
  }
}

TEST(Url, KnowsSchemesAndTheirPorts) {
  const auto tls = parse_url("https://node.example/v3/key");
  ASSERT_TRUE(tls);
  EXPECT_TRUE(tls->secure());
  EXPECT_FALSE(tls->web_socket());
  EXPECT_EQ(tls->port, 443);
  EXPECT_EQ(tls->authority(), "node.example");
  EXPECT_EQ(parse_url("https://node.example:80")->authority(), "node.example:80");
  EXPECT_TRUE(parse_url("wss://node.example")->web_socket());
  EXPECT_EQ(parse_url("ws://node.example")->port, 80);
}

TEST(Url, SecretsStayOutOfWhatIsShown) {
  const auto url = parse_url("https://alice:s3%3Acret%40@node.example/key?k=key");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->user_info, "alice:s3:cret@");
  EXPECT_EQ(url->authority(), "node.example");
  const auto refused = parse_url("https://alice:s3cret@node example/");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message.find("s3cret"), std::string::npos);
}

}  // namespace
}  // namespace kedge::rpc
