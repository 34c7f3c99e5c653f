// SPDX-License-Identifier: Apache-2.0
#include "rpc/request_reader.hpp"

#include <gtest/gtest.h>

namespace kedge::rpc {
namespace {

using Step = RequestReader::Step;

Limits small_limits() {
  Limits limits;
  limits.max_body_bytes = 100;
  limits.max_discard_bytes = 1000;
  limits.max_header_bytes = 512;
  limits.max_header_fields = 10;
  limits.small_body_bytes = 0;
  return limits;
}

/// Feeds all of `text`, `piece` octets at a time, and tells what came of it in one line.
std::string read(std::string_view text, std::size_t piece, Limits limits = small_limits(),
                 std::size_t budget_bytes = 10'000) {
  ByteBudget budget(budget_bytes);
  RequestReader reader(limits, budget);
  std::string out;
  std::string pending;
  while (true) {
    std::size_t consumed = 0;
    const Step step = reader.feed(pending, consumed);
    pending.erase(0, consumed);
    switch (step) {
      case Step::more:
        if (text.empty()) return out + "more";
        pending.append(text.substr(0, piece));
        text.remove_prefix(std::min(piece, text.size()));
        break;
      case Step::head:
        out += std::string(reader.method()) + " " + std::string(reader.target()) + " ";
        break;
      case Step::done:
        if (reader.body_refusal() != 0) {
          out += std::to_string(reader.body_refusal()) + " ";
        } else {
          out += "[" + std::string(reader.body()) + "] ";
        }
        reader.reset();
        break;
      case Step::refused:
        return out + "refused " + std::to_string(reader.refusal().status);
    }
  }
}

std::string read(std::string_view text) {
  const std::string whole = read(text, text.size() + 1);
  for (const std::size_t piece : {1U, 2U, 3U, 7U, 64U}) EXPECT_EQ(read(text, piece), whole) << text;
  return whole;
}

const std::string kHost = "Host: a\r\n";

TEST(RequestReader, ReadsBodiesInBothFramingsHoweverTheyArrive) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\n" + kHost + "\r\n"), "GET / [] more");
  EXPECT_EQ(read("POST /rpc HTTP/1.1\r\n" + kHost + "Content-Length: 5\r\n\r\nhello"),
            "POST /rpc [hello] more");
  EXPECT_EQ(read("POST /rpc HTTP/1.1\r\n" + kHost +
                 "Transfer-Encoding: chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n"),
            "POST /rpc [hello] more");
  EXPECT_EQ(read("POST /rpc HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi"), "POST /rpc [hi] more");
}

TEST(RequestReader, ReadsPipelinedRequests) {
  const std::string one = "POST /a HTTP/1.1\r\n" + kHost + "Content-Length: 1\r\n\r\nx";
  const std::string two = "\r\nGET /b HTTP/1.1\r\n" + kHost + "\r\n";
  EXPECT_EQ(read(one + two + one), "POST /a [x] GET /b [] POST /a [x] more");
}

TEST(RequestReader, RefusesWhatTwoReadersCouldFrameDifferently) {
  const std::string post = "POST /rpc HTTP/1.1\r\n" + kHost;
  for (const std::string fields : {"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                                   "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
                                   "Content-Length: 5\r\nContent-Length: 6\r\n",
                                   "Content-Length: 5\r\nContent-Length: 5\r\n",
                                   "Content-Length: 5, 5\r\n",
                                   "Content-Length: -5\r\n",
                                   "Content-Length: 0x5\r\n",
                                   "Content-Length: +5\r\n",
                                   "Content-Length: 5 5\r\n",
                                   "Content-Length:\r\n",
                                   "Content-Length : 5\r\n",
                                   "Content-Length: 18446744073709551616\r\n",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
                                   "X: 1\r\n Content-Length: 9\r\nContent-Length\x01: 5\r\n",
                                   "Host: b\r\n",
                                   "Authorization: a\r\nAuthorization: b\r\n",
                                   "No colon\r\n",
                                   "X: 1\r\n 2\r\n",
                                   "Transfer-Encoding:\r\n chunked\r\n",
                                   "X: 1\r\n\tContent-Length: 5\r\n"}) {
    EXPECT_EQ(read(post + fields + "\r\nhello"), "refused 400") << fields;
  }
  for (const std::string fields :
       {"Transfer-Encoding: gzip\r\n", "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n"}) {
    EXPECT_EQ(read(post + fields + "\r\n5\r\nhello\r\n0\r\n\r\n"), "refused 501") << fields;
  }
  EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n"), "refused 400");
  EXPECT_EQ(read("GET / HTTP/1.1\nHost: a\n\n\r\n\r\n"), "refused 505");
}

TEST(RequestReader, RefusesBrokenChunks) {
  const std::string post = "POST /rpc HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  for (const std::string body :
       {"x\r\nhello\r\n", "5\r\nhelloX\r\n0\r\n\r\n", "-1\r\n\r\n",
        "10000000000000000\r\nhello\r\n", "5;\x01\r\nhello\r\n0\r\n\r\n"}) {
    EXPECT_EQ(read(post + body), "POST /rpc refused 400") << body;
  }
}

TEST(RequestReader, ReadsABodyOfTheLastChunkAloneHoweverItArrives) {
  const std::string post = "POST /rpc HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read(post + "0\r\n\r\n" + post + "0;x=y\r\n\r\n"), "POST /rpc [] POST /rpc [] more");
  EXPECT_EQ(read(post + "0\r\n1\r\n0\r\n\r\n"), "POST /rpc refused 400");
  EXPECT_EQ(read(post + "1\r\nx\r\n0\r\n\r\n"), "POST /rpc [x] more");
}

TEST(RequestReader, RefusesTrailersThatWouldBeTakenForHeaders) {
  const std::string post =
      "POST /rpc HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
  EXPECT_EQ(read(post + "\r\n"), "POST /rpc [hello] more");
  for (const std::string trailer : {"Authorization: Bearer x\r\n", "T: 1\r\n", "Host: b\r\n"}) {
    EXPECT_EQ(read(post + trailer + "\r\n"), "POST /rpc refused 400") << trailer;
  }
}

TEST(RequestReader, KnowsItsVersions) {
  EXPECT_EQ(read("GET / HTTP/2.0\r\n" + kHost + "\r\n"), "refused 505");
  EXPECT_EQ(read("GET / HTTP/0.9\r\n" + kHost + "\r\n"), "refused 505");
  EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n"), "GET / [] more");
  EXPECT_EQ(read("hello\r\n\r\n"), "refused 400");
  EXPECT_EQ(read(std::string("\x16\x03\x01\x02\x00\x01", 6) + "\r\n\r\n"), "refused 400");
}

TEST(RequestReader, BoundsHeaderFields) {
  const std::string get = "GET / HTTP/1.1\r\n" + kHost;
  EXPECT_EQ(read(get + "X: " + std::string(400, 'x') + "\r\n\r\n"), "GET / [] more");
  EXPECT_EQ(read(get + "X: " + std::string(600, 'x') + "\r\n\r\n"), "refused 431");
  EXPECT_EQ(read("GET /" + std::string(5000, 'x')), "refused 431");
  EXPECT_EQ(read("POST / HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n1;" +
                 std::string(5000, 'x')),
            "POST / refused 431");
}

TEST(RequestReader, BoundsTheNumberOfHeaderFields) {
  std::string get = "GET / HTTP/1.1\r\n" + kHost;
  for (int i = 1; i < 10; ++i) get += "X:\r\n";
  EXPECT_EQ(read(get + "\r\n"), "GET / [] more");
  EXPECT_EQ(read(get + "X:\r\n\r\n"), "refused 431");
}

TEST(RequestReader, TakesNothingOfAHeadBeforeItIsWhole) {
  const std::string head = "GET / HTTP/1.1\r\n" + kHost;
  EXPECT_EQ(read(head + "Content-Len\x99\r\n{}"), "more");
  EXPECT_EQ(read(head + "X: 1\r\n 2\r\nY: 1\r\n\r\n"), "refused 400");
  EXPECT_EQ(read("\x16\x03\x01"), "refused 400");
  EXPECT_EQ(read("POST /rpc 64\r\n\r\n"), "refused 505");
  EXPECT_EQ(read("POST /rpc 64\r\n\r\n{} and more than a version has"), "refused 505");
  EXPECT_EQ(read("POST\r\n\r\n"), read("POST\r\n\r\nPOST / HTTP/1.1\r\n"));
  EXPECT_EQ(read("1GET / HTTP/1.1\r\n" + kHost + "\r\n"), "refused 400");
  EXPECT_EQ(read("\r\n\r\n\r\n" + head + "\r\n"), "refused 400");
}

TEST(RequestReader, ThrowsAwayTooLongBodiesAndGoesOn) {
  const auto post = [](std::size_t size) {
    return "POST /rpc HTTP/1.1\r\n" + kHost + "Content-Length: " + std::to_string(size) +
           "\r\n\r\n" + std::string(size, 'x');
  };
  const std::string next = "GET / HTTP/1.1\r\n" + kHost + "\r\n";
  EXPECT_EQ(read(post(100) + next), "POST /rpc [" + std::string(100, 'x') + "] GET / [] more");
  EXPECT_EQ(read(post(101) + next), "POST /rpc 413 GET / [] more");
  EXPECT_EQ(read(post(1100) + next), "POST /rpc 413 GET / [] more");
  EXPECT_EQ(read(post(1101) + next), "refused 413");
  EXPECT_EQ(read("POST /rpc HTTP/1.1\r\n" + kHost +
                 "Expect: 100-continue\r\nContent-Length: 101\r\n\r\n"),
            "refused 413");
  std::string chunks;
  for (int i = 0; i < 300; ++i) chunks += "1\r\nx\r\n";
  const std::string chunked =
      "POST /rpc HTTP/1.1\r\n" + kHost + "Transfer-Encoding: chunked\r\n\r\n";
  EXPECT_EQ(read(chunked + chunks + "0\r\n\r\n"), "POST /rpc refused 413");
  EXPECT_EQ(read(chunked + "70\r\n" + std::string(0x70, 'x') + "\r\n0\r\n\r\n" + next),
            "POST /rpc 413 GET / [] more");
}

TEST(RequestReader, SharesABudgetOfBodies) {
  const std::string post =
      "POST /rpc HTTP/1.1\r\n" + kHost + "Content-Length: 50\r\n\r\n" + std::string(50, 'x');
  EXPECT_EQ(read(post + post, 1000, small_limits(), 49), "POST /rpc 503 POST /rpc 503 more");
  EXPECT_EQ(read(post, 7, small_limits(), 49), "POST /rpc 503 more");
  EXPECT_NE(read(post + post, 1000, small_limits(), 50).find("] POST /rpc ["), std::string::npos);
  Limits limits = small_limits();
  limits.small_body_bytes = 50;
  EXPECT_NE(read(post, 1000, limits, 0).find("] more"), std::string::npos);
  limits.small_body_bytes = 49;
  EXPECT_EQ(read(post, 1000, limits, 0), "POST /rpc 503 more");
}

TEST(RequestReader, RefusesOtherExpectations) {
  EXPECT_EQ(read("GET / HTTP/1.1\r\n" + kHost + "Expect: miracles\r\n\r\n"), "refused 417");
}

}  // namespace
}  // namespace kedge::rpc
