// SPDX-License-Identifier: Apache-2.0
#include "rpc/server.hpp"

#include <thread>

#include "rpc/client.hpp"
#include "tests/node/api/api_fixture.hpp"

namespace kedge::test {
namespace {

class NodeServerTest : public ApiTest {
 protected:
  NodeServerTest() {
    auto started = rpc::Server::start({}, methods(), node::make_routes(services(), methods()),
                                      authorizer(), observer_);
    if (!started) throw std::runtime_error(started.error().message);
    server_ = *std::move(started);
  }
  ~NodeServerTest() override { server_->stop(); }

  rpc::Client connect(const std::string& token) {
    auto client = rpc::Client::connect("http://127.0.0.1:" + std::to_string(server_->port()),
                                       {.token = token});
    if (!client) throw std::runtime_error(client.error().message);
    return *std::move(client);
  }

  rpc::Observer observer_;
  std::unique_ptr<rpc::Server> server_;
};

TEST_F(NodeServerTest, AnswersThroughASocket) {
  rpc::Client writer = connect(kCookie);
  const auto accepted = writer.call("anchor_submit", items(0, 2'000).dump());
  ASSERT_TRUE(accepted) << accepted.error().message;
  EXPECT_EQ(json::parse(*accepted)["items"].size(), 2'000U);
  ASSERT_TRUE(writer.call("anchor_seal", "{}"));
  rpc::Client reader = connect({});
  const auto proof = reader.get("/v1/proofs/" + digest(1'999));
  ASSERT_TRUE(proof) << proof.error().message;
  EXPECT_EQ(proof->status, 200U);
  EXPECT_EQ(reader.call("anchor_seal", "{}").error().code, Errc::unauthorized);
  EXPECT_EQ(connect("wrong").call("anchor_seal", "{}").error().code, Errc::unauthorized);
  EXPECT_EQ(reader.get("/log/checkpoint")->status, 200U);
  EXPECT_EQ(reader.get("/log/nothing")->status, 404U);
}

TEST_F(NodeServerTest, ServesManyWritersAndReadersAtOnce) {
  std::vector<std::jthread> threads;
  std::atomic<int> right = 0;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      rpc::Client client = connect(kCookie);
      for (std::uint64_t i = 0; i < 25; ++i) {
        const auto accepted = client.call("anchor_submit", items(t * 100 + i, 1).dump());
        const auto found =
            client.call("anchor_get", json({{"digest", digest(t * 100 + i)}}).dump());
        right += accepted && found ? 1 : 0;
        if (i % 10 == t) right -= client.call("anchor_seal", "{}") ? 0 : 1;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(right, 100);
  EXPECT_EQ(call("node_info")["issuers"][0]["accepted"], 100);
}

}  // namespace
}  // namespace kedge::test
