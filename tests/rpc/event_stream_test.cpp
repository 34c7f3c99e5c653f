// SPDX-License-Identifier: Apache-2.0
#include <boost/asio/ip/tcp.hpp>

#include "hub_fixture.hpp"

namespace kedge::rpc {
namespace {

using std::chrono::milliseconds;
using test::RawConnection;

/// Reads a stream as it comes.
class Reader {
 public:
  Reader(std::uint16_t port, const std::string& query, const std::string& headers = {})
      : connection_(port) {
    connection_.send("GET /v1/events?" + query + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
  }

  /// What stands before the next empty line; `end` at the end of the stream.
  std::string next(std::string_view end = "\n\n") {
    for (;;) {
      const std::size_t at = text_.find(end);
      if (at != std::string::npos) {
        const std::string part = text_.substr(0, at);
        text_.erase(0, at + end.size());
        return part;
      }
      char buffer[4096];
      const ssize_t size = ::recv(connection_.fd(), buffer, sizeof buffer, 0);
      if (size <= 0) return "end";
      text_.append(buffer, static_cast<std::size_t>(size));
    }
  }
  std::string head() { return next("\r\n\r\n"); }
  RawConnection& connection() { return connection_; }

 private:
  RawConnection connection_;
  std::string text_;
};

class EventStreamTest : public test::HubTest {};

TEST_F(EventStreamTest, TellsWhatHappens) {
  start();
  Reader reader(port(), "topics=tick,thing&name=a");
  const std::string head = reader.head();
  EXPECT_TRUE(head.starts_with("HTTP/1.1 200 OK\r\n")) << head;
  for (const char* line : {"\r\nContent-Type: text/event-stream", "\r\nCache-Control: no-store",
                           "\r\nAccess-Control-Allow-Origin: *", "\r\nConnection: close"}) {
    EXPECT_NE(head.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(head.find("Content-Length"), std::string::npos);
  EXPECT_TRUE(eventually([&] { return open("a") == 1; }));
  hub_.publish("tick", "", "{\"n\":1}", 17);
  hub_.publish("tock", "", "{\"n\":2}");
  hub_.publish("thing", "a", "{\"n\":3}");
  EXPECT_EQ(reader.next(), "event: tick\nid: 17\ndata: {\"n\":1}");
  EXPECT_EQ(reader.next(), "event: thing\ndata: {\"n\":3}");
  reader.connection().half_close();
  EXPECT_TRUE(eventually([&] { return open("a") == 0; })) << "the client has gone";
}

TEST_F(EventStreamTest, GoesOnWhereTheClientWas) {
  start();
  Reader reader(port(), "topics=tick", "Last-Event-ID: 3\r\n");
  reader.head();
  EXPECT_EQ(reader.next(), "event: tick\nid: 4\ndata: \"past 4\"");
  EXPECT_EQ(reader.next(), "event: tick\nid: 5\ndata: \"past 5\"");
  hub_.publish("tick", "", "6", 6);
  EXPECT_EQ(reader.next(), "event: tick\nid: 6\ndata: 6");
  Reader current(port(), "topics=tick", "Last-Event-ID: 5\r\n");
  current.head();
  std::this_thread::sleep_for(milliseconds(50));
  hub_.publish("tick", "", "7", 7);
  EXPECT_EQ(current.next(), "event: tick\nid: 7\ndata: 7");
}

TEST_F(EventStreamTest, ShowsThatItLives) {
  options_.limits.heartbeat = milliseconds(30);
  start();
  Reader reader(port(), "topics=tick");
  reader.head();
  EXPECT_EQ(reader.next(), ":");
  EXPECT_EQ(reader.next(), ":");
}

TEST_F(EventStreamTest, SaysWhatIsWrong) {
  start();
  RawConnection connection(port());
  connection.send(get("/v1/events"));
  EXPECT_EQ(connection.answer().substr(0, 3), "400");
  connection.send(get("/v1/events?topics=x"));
  const std::string answer = connection.answer();
  EXPECT_EQ(answer.substr(0, 3), "400");
  EXPECT_NE(answer.find("topics"), std::string::npos) << answer;
  connection.send("POST /v1/events HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(connection.answer().substr(0, 3), "405");
  Reader refused(port(), "topics=thing&name=bad");
  refused.head();
  EXPECT_EQ(refused.next(), "event: dropped\ndata: {\"reason\":\"expected a good one\"}");
  EXPECT_EQ(refused.next(), "end");
  EXPECT_EQ(open("bad"), 0);
}

TEST_F(EventStreamTest, LooksAtCredentialsWhereReadingIsClosed) {
  options_.events_scope = {.name = "read", .bit = 1};
  start();
  RawConnection connection(port());
  connection.send(get("/v1/events?topics=tick"));
  EXPECT_EQ(connection.answer().substr(0, 3), "401");
  connection.send(
      "GET /v1/events?topics=tick HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer issuer\r\n\r\n");
  EXPECT_EQ(connection.answer().substr(0, 3), "403");
}

TEST_F(EventStreamTest, DropsASlowReaderAndNobodyElse) {
  options_.limits.max_waiting_events = 8;
  start();
  Reader slow(port(), "topics=tick,thing&name=s");
  Reader quick(port(), "topics=tick");
  slow.head();
  quick.head();
  EXPECT_TRUE(eventually([&] { return open("s") == 1; }));
  const std::string data = "\"" + std::string(100'000, 'x') + "\"";
  for (int i = 0; i < 200; ++i) {
    hub_.publish("tick", "", data);
    ASSERT_EQ(quick.next().size(), data.size() + 18) << i;
  }
  EXPECT_TRUE(eventually([&] { return open("s") == 0; }));
  std::string last;
  std::string part;
  int heard = 0;
  while ((part = slow.next()) != "end") {
    last = part;
    ++heard;
  }
  EXPECT_LT(heard, 200);
  EXPECT_EQ(last, "event: dropped\ndata: {\"reason\":\"too slow a reader: events were lost\"}");
}

TEST_F(EventStreamTest, EndsWithTheServerAndIsLimitedInNumber) {
  options_.limits.max_streams = 1;
  start();
  Reader reader(port(), "topics=tick");
  EXPECT_TRUE(reader.head().starts_with("HTTP/1.1 200"));
  RawConnection another(port());
  another.send(get("/v1/events?topics=tick"));
  EXPECT_EQ(another.answer().substr(0, 3), "503");
  std::jthread stopping([&] { server_->stop(); });
  EXPECT_EQ(reader.next(), "event: dropped\ndata: {\"reason\":\"the node is stopping\"}");
  EXPECT_EQ(reader.next(), "end");
}

TEST_F(EventStreamTest, IsNotThereWithoutAHub) {
  options_.hub = nullptr;
  start();
  RawConnection connection(port());
  connection.send(get("/v1/events?topics=tick"));
  EXPECT_EQ(connection.answer().substr(0, 3), "404");
}

}  // namespace
}  // namespace kedge::rpc
