// SPDX-License-Identifier: Apache-2.0
#include "rpc/http_get.hpp"

#include <gtest/gtest.h>

#include "tests/rpc/canned_server.hpp"

namespace kedge::rpc {
namespace {

using test::CannedServer;

HttpGet get_from(std::vector<std::string> origins, std::size_t max_bytes = 1024) {
  auto get = HttpGet::create({.origins = std::move(origins),
                              .timeout = std::chrono::milliseconds(2000),
                              .max_bytes = max_bytes});
  if (!get) throw std::runtime_error(get.error().message);
  return *std::move(get);
}

TEST(HttpGet, Origins) {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"https://A.example/path?x", "https://a.example"},
      {"https://a.example:443", "https://a.example"},
      {"http://a.example:443/", "http://a.example:443"},
      {"http://[::1]:80/", "http://[::1]"},
  };
  for (const auto& [url, origin] : cases) {
    const auto found = url_origin(url);
    ASSERT_TRUE(found) << url;
    EXPECT_EQ(*found, origin);
  }
  for (const char* url : {"ws://a.example/", "https://user:word@a.example/", "a.example",
                          "file:///etc/passwd", "https://"}) {
    EXPECT_FALSE(url_origin(url)) << url;
    EXPECT_FALSE(HttpGet::create({.origins = {url}})) << url;
  }
}

TEST(HttpGet, ReadsFromTheList) {
  const CannedServer server(CannedServer::http("a list"));
  const HttpGet get = get_from({server.url()});
  const auto response = get.get(server.url() + "/lists/1?purpose=revocation", "text/plain");
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "a list");
  const std::string request = server.requests().at(0);
  EXPECT_TRUE(request.starts_with("GET /lists/1?purpose=revocation HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("Accept: text/plain\r\n"), std::string::npos);
  EXPECT_EQ(request.find("Authorization"), std::string::npos);
}

TEST(HttpGet, AsksNobodyElse) {
  const CannedServer server(CannedServer::http("secret"));
  const std::string port = std::to_string(server.port());
  const HttpGet get = get_from({"http://127.0.0.1:1", "https://127.0.0.1:" + port,
                                "http://localhost:" + port, "http://a.example"});
  const std::vector<std::string> urls = {
      server.url() + "/x",  "http://a.example.evil.example/",           "http://a.example:81/",
      "https://a.example/", "http://a.example@127.0.0.1:" + port + "/", "x"};
  for (const std::string& url : urls) {
    const auto response = get.get(url, "*/*");
    ASSERT_FALSE(response) << url;
    EXPECT_TRUE(response.error().code == Errc::unauthorized ||
                response.error().code == Errc::invalid_argument)
        << url;
  }
  EXPECT_EQ(get.get(server.url() + "/x", "*/*").error().code, Errc::unauthorized);
  EXPECT_EQ(server.connections(), 0U);
}

TEST(HttpGet, RefusesEverythingButTheDocument) {
  struct Case {
    std::string answer;
    Errc code;
  };
  const std::vector<Case> cases = {
      {CannedServer::http("", "302 Found", "Location: http://127.0.0.1/\r\n"), Errc::unavailable},
      {CannedServer::http("x", "404 Not Found"), Errc::not_found},
      {CannedServer::http("x", "410 Gone"), Errc::not_found},
      {CannedServer::http("x", "500 Oops"), Errc::unavailable},
      {CannedServer::http("x", "204 No Content"), Errc::unavailable},
      {CannedServer::http("x", "200 OK", "Content-Encoding: gzip\r\n"), Errc::unavailable},
      {CannedServer::http(std::string(1025, 'x')), Errc::unavailable},
      {"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", Errc::unavailable},
      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + std::string("800\r\n") +
           std::string(2048, 'x') + "\r\n0\r\n\r\n",
       Errc::unavailable},
      {"", Errc::unavailable},
  };
  for (const Case& item : cases) {
    const CannedServer server(item.answer);
    const auto response = get_from({server.url()}).get(server.url() + "/secret-path", "*/*");
    ASSERT_FALSE(response) << item.answer.substr(0, 60);
    EXPECT_EQ(response.error().code, item.code) << response.error().message;
    EXPECT_EQ(response.error().message.find("secret-path"), std::string::npos);
  }
  EXPECT_EQ(get_from({"http://127.0.0.1:1"}).get("http://127.0.0.1:1/", "*/*").error().code,
            Errc::unavailable);
}

TEST(HttpGet, TheDeadlineCoversDribbles) {
  std::atomic<int> parts{0};
  // Never completes: the server sends the head and waits for another request.
  const CannedServer server(
      [&](const std::string&) {
        ++parts;
        return std::string("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx");
      },
      true);
  auto get =
      HttpGet::create({.origins = {server.url()}, .timeout = std::chrono::milliseconds(200)});
  ASSERT_TRUE(get);
  const auto begin = std::chrono::steady_clock::now();
  const auto response = get->get(server.url() + "/", "*/*");
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::unavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

}  // namespace
}  // namespace kedge::rpc
