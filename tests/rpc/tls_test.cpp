// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include <gtest/gtest.h>

#include "rpc/endpoint.hpp"
#include "tests/support/temp_dir.hpp"
#include "tls_server.hpp"

namespace kedge::rpc {
namespace {

const std::string kBody = R"({"jsonrpc":"2.0","id":1,"result":7})";
const std::string kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" + kBody;
const CallRequest kCall{.method = "m", .params = "[]"};

class TlsTest : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    const auto path = dir_.path() / name;
    std::ofstream(path) << text;
    return path.string();
  }

  Result<std::vector<Answer>> call(const std::string& host, const test::TlsServer& server,
                                   const std::string& ca_file) {
    EndpointOptions options;
    options.connection.ca_file = ca_file;
    auto endpoint = Endpoint::create("https://" + host + ":" + server.port(), std::move(options));
    if (!endpoint) return std::move(endpoint).error();
    return (*endpoint)->call(std::span(&kCall, 1));
  }

  kedge::test::TempDir dir_;
};

TEST_F(TlsTest, BelievesACertificateOfTheHostByAnAuthorityItKnows) {
  const test::Certificate by_name("DNS:localhost");
  test::TlsServer server(by_name, kAnswer);
  const auto answers = call("localhost", server, write("ca.pem", by_name.certificate));
  ASSERT_TRUE(answers) << answers.error().message;
  EXPECT_EQ(answers->front().result, "7");
  EXPECT_EQ(server.asked_for(), "localhost") << "SNI";

  const test::Certificate by_address("IP:127.0.0.1");
  test::TlsServer numeric(by_address, kAnswer);
  EXPECT_TRUE(call("127.0.0.1", numeric, write("address.pem", by_address.certificate)));
  EXPECT_EQ(numeric.asked_for(), "") << "no SNI for an address";
}

TEST_F(TlsTest, RefusesAnotherHostsCertificate) {
  const test::Certificate other("DNS:other.example");
  test::TlsServer server(other, kAnswer);
  const auto refused = call("localhost", server, write("ca.pem", other.certificate));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_NE(refused.error().message.find("certificate verify failed"), std::string::npos);
}

TEST_F(TlsTest, RefusesAnAuthorityThatItDoesNotKnow) {
  const test::Certificate own("DNS:localhost");
  const test::Certificate other("DNS:localhost");
  test::TlsServer server(own, kAnswer);
  EXPECT_FALSE(call("localhost", server, write("ca.pem", other.certificate)));
  EXPECT_FALSE(call("localhost", server, "")) << "nor does the system";
}

TEST_F(TlsTest, RefusesOldVersions) {
  const test::Certificate own("DNS:localhost");
  test::TlsServer server(own, kAnswer, true);
  EXPECT_FALSE(call("localhost", server, write("ca.pem", own.certificate)));
}

TEST_F(TlsTest, SaysThatTheCertificatesCannotBeRead) {
  const auto refused =
      Endpoint::create("https://localhost", {.connection = {.ca_file = "/nonexistent"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field, "ca_file");
}

}  // namespace
}  // namespace kedge::rpc
