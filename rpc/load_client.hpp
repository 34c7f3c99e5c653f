// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "crypto/result.hpp"
#include "rpc/latency_histogram.hpp"

namespace kedge::rpc {

struct LoadOptions {
  /// A numeric address.
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  /// Kept open during the whole load; each has one request on its way at most.
  std::size_t connections = 64;
  /// How long is measured; before it, load of `warm_up_seconds` is not counted.
  double seconds = 1;
  double warm_up_seconds = 0;
  /// Ends the load early, after so many requests; 0: no such end.
  std::uint64_t max_requests = 0;
  /// Requests a second over all connections, evenly spread. 0: each connection sends as soon as it
  /// was answered.
  double rate = 0;
  /// What the body of every good answer begins with.
  std::string body_start = {};
};

/// Makes the next request of a connection, head and body. `text` is what this connection sent last
/// (empty at first), to be changed or replaced; `number` counts the requests of the load from 0.
using RequestMaker =
    std::function<void(std::size_t connection, std::uint64_t number, std::string& text)>;

struct LoadResult {
  /// Answers in the measured time, and this time.
  std::uint64_t answers = 0;
  double seconds = 0;
  /// Requests of the whole load, its warm-up and its end too: the numbers that were used.
  std::uint64_t requests = 0;
  /// Answers 503 among all; the request was sent again after a pause, its time going on.
  std::uint64_t refused = 0;
  /// Octets of the bodies of these answers.
  std::uint64_t body_bytes = 0;
  /// Without any answer, at the longest, in the measured time.
  double longest_gap_ms = 0;
  /// Of the answers in the measured time. With a rate, from the moment at which a request should
  /// have been sent: a server that stops for a while is not excused from what should have come.
  LatencyHistogram latencies;

  [[nodiscard]] double per_second() const {
    return seconds > 0 ? static_cast<double>(answers) / seconds : 0;
  }
};

/// Loads any HTTP/1.1 server that keeps connections open and sends Content-Length, from this thread
/// alone. Every request that was sent is answered before it returns. unavailable if the server
/// cannot be reached, closes a connection, or answers anything but 200 or 503; the message has the
/// beginning of the answer.
Result<LoadResult> run_load(const LoadOptions& options, const RequestMaker& maker);

}  // namespace kedge::rpc
