// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <fstream>
#include <thread>

#include <boost/asio/read.hpp>

#include "rpc/client.hpp"
#include "server_fixture.hpp"
#include "tests/support/temp_dir.hpp"
#include "tls_server.hpp"

namespace kedge::rpc {
namespace {

namespace net = boost::asio;
using std::chrono::milliseconds;
using test::Certificate;
using test::RawConnection;

class ServerTlsTest : public test::ServerTest {
 protected:
  ServerTlsTest() {
    auto tls = ServerTls::create(own_.certificate, own_.key);
    if (!tls) throw std::runtime_error(tls.error().message);
    tls_ = *tls;
    options_.tls = tls_;
  }

  Result<Client> connect(ClientOptions options) const {
    return Client::connect("https://127.0.0.1:" + std::to_string(port()), std::move(options));
  }
  Result<Client> connect_pinned(const Certificate& certificate) const {
    ClientOptions options;
    options.pinned_certificate = certificate.certificate;
    return connect(std::move(options));
  }

  /// What a handshake with these options comes to: the protocol that was agreed on, or the error.
  std::string handshake(const std::function<void(SSL*)>& prepare) const {
    net::io_context context;
    net::ssl::context tls(net::ssl::context::tls_client);
    net::ssl::stream<net::ip::tcp::socket> stream(context, tls);
    stream.next_layer().connect({net::ip::make_address("127.0.0.1"), port()});
    prepare(stream.native_handle());
    boost::system::error_code error;
    stream.handshake(net::ssl::stream_base::client, error);
    if (error) return "refused";
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(stream.native_handle(), &name, &size);
    const std::string version = SSL_get_version(stream.native_handle());
    return size == 0 ? version : version + " " + std::string(name, name + size);
  }

  Certificate own_{"IP:127.0.0.1"};
  std::shared_ptr<ServerTls> tls_;
  kedge::test::TempDir dir_;
};

TEST_F(ServerTlsTest, ServesCalls) {
  start();
  const auto path = dir_.path() / "ca.pem";
  std::ofstream(path) << own_.certificate;
  ClientOptions options;
  options.ca_file = path.string();
  auto client = connect(std::move(options));
  ASSERT_TRUE(client) << client.error().message;
  for (const char* method : {"echo", "echo_worker", "later", "written_later"}) {
    const auto answer = client->call(method, R"({"a":1})");
    ASSERT_TRUE(answer) << method << answer.error().message;
    EXPECT_EQ(*answer, R"({"a":1})");
  }
  const std::string large = "\"" + std::string(3'000'000, 'x') + "\"";
  const auto echoed = client->call("echo", R"({"a":)" + large + "}");
  ASSERT_TRUE(echoed) << echoed.error().message;
  EXPECT_EQ(*echoed, R"({"a":)" + large + "}");
}

TEST_F(ServerTlsTest, IsBelievedByWhoeverHasItsCertificate) {
  start();
  EXPECT_TRUE(connect_pinned(own_));
  const Certificate other("IP:127.0.0.1");
  EXPECT_FALSE(connect_pinned(other)) << "the same name, another certificate";
  EXPECT_FALSE(connect({})) << "the system does not know it";
  ClientOptions broken;
  broken.pinned_certificate = "no certificate";
  EXPECT_FALSE(connect(broken));
}

TEST_F(ServerTlsTest, SpeaksNewVersionsAndHttpOnly) {
  start();
  EXPECT_EQ(handshake([](SSL*) {}), "TLSv1.3");
  EXPECT_EQ(handshake([](SSL* ssl) { SSL_set_max_proto_version(ssl, TLS1_2_VERSION); }), "TLSv1.2");
  EXPECT_EQ(handshake([](SSL* ssl) {
              SSL_set_security_level(ssl, 0);
              SSL_set_min_proto_version(ssl, TLS1_VERSION);
              SSL_set_max_proto_version(ssl, TLS1_1_VERSION);
            }),
            "refused");
  EXPECT_EQ(handshake([](SSL* ssl) {
              SSL_set_max_proto_version(ssl, TLS1_2_VERSION);
              SSL_set_cipher_list(ssl, "ECDHE-ECDSA-AES128-SHA256:AES128-GCM-SHA256");
            }),
            "refused")
      << "neither without authentication of the ciphertext nor without forward secrecy";
  const auto offer = [](std::string list) {
    return [list = std::move(list)](SSL* ssl) {
      SSL_set_alpn_protos(ssl, reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned>(list.size()));
    };
  };
  EXPECT_EQ(handshake(offer("\x02h2\x08http/1.1")), "TLSv1.3 http/1.1");
  EXPECT_EQ(handshake(offer("\x02h2")), "refused");
}

TEST_F(ServerTlsTest, HangsUpOnPlainHttp) {
  start();
  RawConnection connection(port());
  connection.send(call("echo"));
  EXPECT_EQ(connection.answer().substr(0, 6), "closed");
}

TEST_F(ServerTlsTest, DoesNotWaitForHandshakes) {
  options_.limits.header_timeout = milliseconds(100);
  start();
  RawConnection silent(port());
  EXPECT_TRUE(silent.closed_by_peer());
  RawConnection half(port());
  half.send("\x16\x03\x01\x02");
  EXPECT_TRUE(half.closed_by_peer());
}

TEST_F(ServerTlsTest, MakesRoomByUnfinishedHandshakes) {
  options_.limits.max_connections = 2;
  options_.limits.eviction_grace = milliseconds(0);
  start();
  RawConnection one(port());
  RawConnection two(port());
  std::this_thread::sleep_for(milliseconds(50));
  EXPECT_TRUE(connect_pinned(own_));
}

TEST_F(ServerTlsTest, ClosesAfterARefusalSoThatItCanBeRead) {
  options_.limits.max_header_bytes = 200;
  start();
  net::io_context context;
  net::ssl::context tls(net::ssl::context::tls_client);
  net::ssl::stream<net::ip::tcp::socket> stream(context, tls);
  stream.next_layer().connect({net::ip::make_address("127.0.0.1"), port()});
  stream.handshake(net::ssl::stream_base::client);
  const std::string request =
      "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(500, 'x') + "\r\n\r\n";
  net::write(stream, net::buffer(request));
  std::string answer;
  boost::system::error_code error;
  net::read(stream, net::dynamic_buffer(answer), error);
  EXPECT_EQ(error, net::error::eof) << "with a notice that it is complete: " << error.message();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 431");
}

TEST_F(ServerTlsTest, KeepsTheOldPairIfTheNewOneIsBad) {
  start();
  const Certificate next("IP:127.0.0.1");
  const auto field = [&](const std::string& certificate, const std::string& key) {
    const Status refused = tls_->replace(certificate, key);
    return refused ? "taken" : refused.error().field + ": " + refused.error().message;
  };
  EXPECT_TRUE(field("", next.key).starts_with("certificate: expected certificates in PEM"));
  EXPECT_TRUE(field("nonsense", next.key).starts_with("certificate: expected"));
  EXPECT_TRUE(field(next.certificate, "").starts_with("key: expected"));
  EXPECT_TRUE(field(next.certificate, own_.key).starts_with("key: expected"));
  const Certificate expired("IP:127.0.0.1", -7200, -3600);
  EXPECT_EQ(field(expired.certificate, expired.key), "certificate: the certificate has expired");
  const Certificate early("IP:127.0.0.1", 3600, 7200);
  EXPECT_EQ(field(early.certificate, early.key), "certificate: the certificate is not valid yet");
  EXPECT_TRUE(connect_pinned(own_)) << "the old one is served";
  EXPECT_FALSE(ServerTls::create(expired.certificate, expired.key));

  auto before = connect_pinned(own_);
  ASSERT_TRUE(before);
  EXPECT_EQ(field(next.certificate, next.key), "taken");
  EXPECT_TRUE(connect_pinned(next));
  EXPECT_FALSE(connect_pinned(own_));
  EXPECT_TRUE(before->call("echo", "{}")) << "who is connected goes on";
}

TEST_F(ServerTlsTest, ChangesItsCertificateUnderLoad) {
  options_.io_threads = 2;
  start();
  const Certificate other("IP:127.0.0.1");
  std::atomic<bool> stop = false;
  std::atomic<int> calls = 0;
  std::atomic<int> failures = 0;
  const auto path = dir_.path() / "both.pem";
  std::ofstream(path) << own_.certificate << other.certificate;
  std::vector<std::jthread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([&] {
      while (!stop) {
        ClientOptions options;
        options.ca_file = path.string();
        auto client = connect(std::move(options));
        for (int j = 0; j < 5 && client; ++j) {
          if (!client->call("later", R"({"a":1})")) ++failures;
          ++calls;
        }
        if (!client) ++failures;
      }
    });
  }
  for (int i = 0; i < 60; ++i) {
    const Certificate& pair = i % 2 == 0 ? other : own_;
    EXPECT_TRUE(tls_->replace(pair.certificate, pair.key));
    EXPECT_FALSE(tls_->replace(pair.certificate, "nonsense"));
    std::this_thread::sleep_for(milliseconds(10));
  }
  stop = true;
  clients.clear();
  EXPECT_EQ(failures, 0);
  EXPECT_GT(calls, 50);
}

}  // namespace
}  // namespace kedge::rpc
