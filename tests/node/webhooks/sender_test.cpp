// SPDX-License-Identifier: Apache-2.0
#include "node/webhooks/sender.hpp"

#include <fstream>
#include <future>

#include <gtest/gtest.h>

#include "tests/rpc/canned_server.hpp"
#include "tests/rpc/tls_server.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::node {
namespace {

using rpc::test::CannedServer;
using rpc::test::Certificate;
using rpc::test::TlsServer;

SendOptions anywhere() {
  SendOptions options;
  options.timeout = std::chrono::seconds(5);
  options.targets = std::make_shared<rpc::TargetRule>(*rpc::TargetRule::create(true, {}));
  return options;
}

SendOutcome send_to(const std::string& url, const SendOptions& options = anywhere()) {
  WebhookSender sender;
  return sender.send(*rpc::parse_url(url), options, {{"webhook-id", "msg_1"}}, R"({"type":"x"})");
}

TEST(WebhookSender, SendsOnePost) {
  const CannedServer server(CannedServer::http("", "204 No Content"));
  const SendOutcome outcome = send_to(server.url() + "/hooks/1?key=2");
  EXPECT_TRUE(outcome.arrived) << outcome.text;
  EXPECT_EQ(outcome.text, "204");
  const std::string request = server.requests().at(0);
  EXPECT_TRUE(request.starts_with("POST /hooks/1?key=2 HTTP/1.1\r\n")) << request;
  EXPECT_NE(request.find("webhook-id: msg_1\r\n"), std::string::npos);
  EXPECT_NE(request.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_TRUE(request.ends_with("\r\n\r\n{\"type\":\"x\"}")) << request;
}

TEST(WebhookSender, KnowsWhatAStatusMeans) {
  const auto answer = [](const std::string& status, const std::string& headers = {}) {
    const CannedServer server(CannedServer::http("text", status, headers));
    return send_to(server.url());
  };
  EXPECT_TRUE(answer("200 OK").arrived);
  EXPECT_TRUE(answer("202 Accepted").arrived);
  EXPECT_FALSE(answer("400 Bad Request").arrived);
  EXPECT_TRUE(answer("410 Gone").gone);
  const SendOutcome busy = answer("429 Too Many Requests", "Retry-After: 120\r\n");
  EXPECT_FALSE(busy.arrived);
  EXPECT_FALSE(busy.gone);
  EXPECT_EQ(busy.retry_after, std::chrono::seconds(120));
  for (const char* wrong : {"-1", "soon", "", "1.5", "99999999999"}) {
    EXPECT_FALSE(answer("503 X", "Retry-After: " + std::string(wrong) + "\r\n").retry_after)
        << wrong;
  }
}

TEST(WebhookSender, FollowsNoRedirect) {
  const CannedServer target(CannedServer::http("inside"));
  const CannedServer server(
      CannedServer::http("", "307 Temporary Redirect", "Location: " + target.url() + "\r\n"));
  const SendOutcome outcome = send_to(server.url());
  EXPECT_FALSE(outcome.arrived);
  EXPECT_EQ(outcome.text, "307, a redirect, which is not followed");
  EXPECT_EQ(target.connections(), 0U);
}

TEST(WebhookSender, ReachesNothingPrivateUnlessItIsAllowed) {
  const CannedServer server(CannedServer::http("inside"));
  SendOptions strict = anywhere();
  strict.targets = std::make_shared<rpc::TargetRule>();
  const std::string port = std::to_string(server.port());
  for (const std::string& url :
       {server.url() + "/secret", "http://localhost:" + port + "/secret"}) {
    const SendOutcome outcome = send_to(url, strict);
    EXPECT_FALSE(outcome.arrived);
    EXPECT_NE(outcome.text.find("not among the addresses that are allowed"), std::string::npos)
        << outcome.text;
    EXPECT_EQ(outcome.text.find("secret"), std::string::npos) << outcome.text;
  }
  EXPECT_EQ(server.connections(), 0U);
  const std::vector<std::string> named = {"127.0.0.1/32", "::1/128"};
  strict.targets = std::make_shared<rpc::TargetRule>(*rpc::TargetRule::create(false, named));
  EXPECT_TRUE(send_to(server.url(), strict).arrived);
}

TEST(WebhookSender, ReadsNoMoreThanItsBound) {
  const CannedServer server(CannedServer::http(std::string(kMaxWebhookAnswer + 1, 'x')));
  EXPECT_FALSE(send_to(server.url()).arrived);
  const CannedServer fits(CannedServer::http(std::string(kMaxWebhookAnswer, 'x')));
  EXPECT_TRUE(send_to(fits.url()).arrived);
  const CannedServer noise("this is no HTTP\r\n\r\n");
  EXPECT_FALSE(send_to(noise.url()).arrived);
}

TEST(WebhookSender, ChecksTheCertificateAndTheName) {
  const test::TempDir dir;
  const Certificate certificate("DNS:localhost");
  const TlsServer server(certificate, CannedServer::http("fine"));
  const std::string file = (dir.path() / "ca.pem").string();
  std::ofstream(file) << certificate.certificate;
  SendOptions options = anywhere();
  EXPECT_FALSE(send_to("https://localhost:" + server.port(), options).arrived) << "nobody's word";
  options.ca_file = file;
  const SendOutcome good = send_to("https://localhost:" + server.port(), options);
  EXPECT_TRUE(good.arrived) << good.text;
  EXPECT_EQ(server.asked_for(), "localhost");
  EXPECT_FALSE(send_to("https://127.0.0.1:" + server.port(), options).arrived) << "another name";
  options.targets = std::make_shared<rpc::TargetRule>();
  EXPECT_FALSE(send_to("https://localhost:" + server.port(), options).arrived) << "private";
}

TEST(WebhookSender, StopEndsWhatIsUnderWay) {
  WebhookSender sender;
  std::promise<void> asked;
  const CannedServer server([&](const std::string&) {
    asked.set_value();
    sender.stop();
    return std::string();
  });
  SendOptions options = anywhere();
  options.timeout = std::chrono::minutes(10);
  EXPECT_FALSE(sender.send(*rpc::parse_url(server.url()), options, {}, "{}").arrived);
  asked.get_future().wait();
  EXPECT_EQ(sender.send(*rpc::parse_url(server.url()), options, {}, "{}").text, "the node stops");
  EXPECT_EQ(server.connections(), 1U);
}

}  // namespace
}  // namespace kedge::node
