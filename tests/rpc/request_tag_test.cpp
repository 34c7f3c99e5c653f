// SPDX-License-Identifier: Apache-2.0
#include "rpc/request_tag.hpp"

#include "server_fixture.hpp"
#include "socket_client.hpp"

namespace kedge::rpc::test {
namespace {

constexpr const char* kTrace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

std::string name_of(const RequestTag& tag) {
  std::string name;
  append_request_id(name, tag);
  return name;
}

TEST(RequestTag, NamesEveryRequestOfTheProcessDifferently) {
  const std::string first = name_of({.series = 0, .number = 1});
  EXPECT_NE(first, name_of({.series = 0, .number = 2}));
  EXPECT_NE(first, name_of({.series = 1, .number = 1}));
  EXPECT_NE(name_of({.series = 1, .number = 0x11}), name_of({.series = 11, .number = 1}));
  EXPECT_EQ(first, name_of({.series = 0, .number = 1}));
  EXPECT_TRUE(is_request_id(name_of({.series = ~0U, .number = ~0ULL})));
}

TEST(RequestTag, TakesOnlyNamesThatCannotBreakALine) {
  for (const std::string good : {"a", "7", "A.b_c-9", "00f067aa0ba902b7"}) {
    EXPECT_TRUE(is_request_id(good)) << good;
  }
  EXPECT_TRUE(is_request_id(std::string(64, 'x')));
  EXPECT_FALSE(is_request_id(std::string(65, 'x')));
  for (const std::string bad :
       {"", " ", "a b", "a\r\nb", "a\"b", "a:b", "a/b", "\xc3\xa4", "a,b"}) {
    EXPECT_FALSE(is_request_id(bad)) << bad;
  }
}

TEST(RequestTag, TakesTracesAsTheSpecificationWritesThem) {
  EXPECT_TRUE(is_traceparent(kTrace));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(is_traceparent(new_traceparent()));
  EXPECT_NE(new_traceparent(), new_traceparent());
  for (const std::string bad : {
           "",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
           "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
           "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
           "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
           "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
       }) {
    EXPECT_FALSE(is_traceparent(bad)) << bad;
  }
}

class RequestTagServer : public ServerTest {
 protected:
  /// What the answer to a call of `method` with these fields says in X-Request-Id.
  std::string id_of_answer(const std::string& fields, const std::string& method = "echo") {
    RawConnection connection(port());
    connection.send(post(body(method), fields));
    connection.answer();
    return connection.field("X-Request-Id");
  }
};

TEST_F(RequestTagServer, EveryAnswerNamesItsRequest) {
  start();
  const std::string first = id_of_answer({});
  const std::string second = id_of_answer({});
  EXPECT_TRUE(is_request_id(first)) << first;
  EXPECT_TRUE(is_request_id(second)) << second;
  EXPECT_NE(first, second);
  RawConnection connection(port());
  connection.send(get("/nowhere"));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
  EXPECT_TRUE(is_request_id(connection.field("X-Request-Id")));
  // What was never a request has one as well.
  RawConnection broken(port());
  broken.send("GET / HTTP/1.1\r\nX-Request-Id: mine\r\n\r\n");
  EXPECT_EQ(broken.answer().substr(0, 3), "400");
  EXPECT_TRUE(is_request_id(broken.field("X-Request-Id")));
  EXPECT_NE(broken.field("X-Request-Id"), "mine");
}

TEST_F(RequestTagServer, TakesTheCallersOwnNameIfItIsSane) {
  start();
  EXPECT_EQ(id_of_answer("x-request-id: order-66.b\r\n"), "order-66.b");
  for (const std::string bad : {"X-Request-Id: a b\r\n", "X-Request-Id: <script>\r\n",
                                "X-Request-Id:\r\n", "X-Request-Id: a\r\nX-Request-Id: b\r\n"}) {
    const std::string shown = id_of_answer(bad);
    EXPECT_TRUE(is_request_id(shown)) << shown;
    EXPECT_NE(shown, "a");
    EXPECT_NE(shown, "b");
  }
  const std::string oversized = "X-Request-Id: " + std::string(65, 'x') + "\r\n";
  EXPECT_NE(id_of_answer(oversized), std::string(65, 'x'));
}

TEST_F(RequestTagServer, PipelinedRequestsKeepTheirOwnNames) {
  start();
  RawConnection connection(port());
  std::string all;
  for (const std::string name : {"one", "", "three"}) {
    all += post(body("echo"), name.empty() ? "" : "X-Request-Id: " + name + "\r\n");
  }
  connection.send(all);
  connection.answer();
  EXPECT_EQ(connection.field("X-Request-Id"), "one");
  connection.answer();
  const std::string own = connection.field("X-Request-Id");
  EXPECT_TRUE(is_request_id(own));
  EXPECT_NE(own, "one");
  connection.answer();
  EXPECT_EQ(connection.field("X-Request-Id"), "three");
}

TEST_F(RequestTagServer, ATraceComesToTheObserverWhereverTheCallRuns) {
  start();
  const std::string fields = std::string("Traceparent: ") + kTrace + "\r\n";
  for (const std::string method : {"echo", "echo_worker", "later", "nobody_knows"}) {
    id_of_answer(fields, method);
  }
  EXPECT_EQ(observer_.traces(), std::vector<std::string>(4, kTrace));
  id_of_answer("traceparent: 00-nonsense\r\n");
  id_of_answer(fields + fields);
  EXPECT_EQ(observer_.traces().at(4), "");
  EXPECT_EQ(observer_.traces().at(5), "");
}

TEST_F(RequestTagServer, AFaultIsToldWithTheNameInTheAnswer) {
  start();
  for (const std::string method : {"broken", "throws"}) {
    const std::string name = id_of_answer({}, method);
    ASSERT_FALSE(observer_.fault_ids().empty());
    EXPECT_EQ(observer_.fault_ids().back(), name);
  }
}

TEST_F(RequestTagServer, CallsOfAWebSocketBelongToTheTraceThatOpenedIt) {
  start();
  SocketClient socket(port(), {{"traceparent", kTrace}});
  socket.call("echo_worker");
  EXPECT_EQ(observer_.traces(), std::vector<std::string>(1, kTrace));
}

}  // namespace
}  // namespace kedge::rpc::test
