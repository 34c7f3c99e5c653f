// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>

namespace kedge::rpc {

/// Every bound of the server and its default, in one place. Whatever is over a bound is refused at
/// once, never queued: HTTP 413, 431, 408 or 503, or a JSON-RPC error.
///
/// What the server holds at most, whatever its clients do, with the defaults:
///
///     connections x (16 KiB + a small body, a small answer and its gathered ones, 64 KiB of input)
///       4096 x (16 + 64 + 64 + 64 + 64) KiB                                         = 1088 MiB
///     + max_bodies_bytes + max_answers_bytes        256 MiB + 256 MiB               =  512 MiB
///     + workers x (12 x max_body_bytes + 2 x max_batch_answer_bytes)
///       2 x (96 + 128) MiB                                                          =  448 MiB
///
/// A WebSocket has the same for all its calls together, an event stream twice max_waiting_bytes;
/// TLS takes 80 KiB more a connection.
///
/// A connection that rests holds 12 KiB: 4096 of them 48 MiB. The third term is a call that runs:
/// its parsed body (11 times the text was the most that could be provoked), its answers, and their
/// concatenation. The kernel's buffers (net.ipv4.tcp_mem) and what methods keep come on top.
struct Limits {
  /// Body of a request, decoded from its transfer coding. Beyond: 413.
  std::size_t max_body_bytes = std::size_t{8} << 20;
  /// How much of a refused body is read and thrown away, so that the connection stays usable.
  /// Beyond: the connection is closed after the answer.
  std::size_t max_discard_bytes = std::size_t{32} << 20;
  /// The same of what comes after a last answer or a closing handshake. Beyond: closed at once.
  std::size_t max_late_bytes = std::size_t{32} << 20;
  /// Bodies of all connections together that are held at one time. Beyond: 503.
  std::size_t max_bodies_bytes = std::size_t{256} << 20;
  /// What every body has besides: those who hold large bodies cannot keep the small ones out.
  std::size_t small_body_bytes = std::size_t{64} << 10;
  /// Request line and header fields. Beyond: 431.
  std::size_t max_header_bytes = std::size_t{16} << 10;
  /// Header fields of a request. Beyond: 431.
  std::size_t max_header_fields = 100;

  /// Nesting of arrays and objects in a JSON text.
  std::size_t max_json_depth = 64;
  /// Calls in one JSON-RPC batch.
  std::size_t max_batch_entries = 1000;
  /// Answers of one JSON-RPC batch together; calls that come after are answered -32005.
  std::size_t max_batch_answer_bytes = std::size_t{64} << 20;
  /// Larger bodies are parsed and started on the worker pool, not on the I/O thread.
  std::size_t max_inline_body_bytes = std::size_t{64} << 10;

  /// Answers of all connections together that wait to be read by their clients. Beyond: 503.
  std::size_t max_answers_bytes = std::size_t{256} << 20;
  /// Smaller answers are not counted there: each connection may always have one.
  std::size_t small_answer_bytes = std::size_t{64} << 10;

  /// Open connections. Beyond: one that is not at work makes room (eviction.hpp); if there is
  /// none, 503 and closed.
  std::size_t max_connections = 4096;
  /// Open connections of one client (address_count.hpp); 0 is no bound. Beyond: 503 and closed.
  std::size_t max_connections_per_address = 0;
  /// Answers to pipelined requests that are gathered into one write; then others have their turn.
  /// On a WebSocket: calls that are answered side by side before the next is read.
  std::size_t max_pipelined = 8;

  /// Connections that stay open to be told things: WebSockets and event streams. Beyond: 503.
  std::size_t max_streams = 2048;
  /// Topics that one of them hears of. Beyond: -32005.
  std::size_t max_subscriptions = 16;
  /// Events that wait for one that reads too slowly. Beyond: it is closed, with the reason.
  std::size_t max_waiting_events = 64;
  /// The same in octets, for event streams.
  std::size_t max_waiting_bytes = std::size_t{64} << 10;
  /// Jobs that wait for a worker. Beyond: 503 / -32005.
  std::size_t max_queued_jobs = 1024;

  /// From the first byte of a request to the end of its header fields. Beyond: 408 and closed.
  std::chrono::milliseconds header_timeout{10'000};
  /// From the end of the header fields to the end of the body. Beyond: 408 and closed.
  std::chrono::milliseconds body_timeout{60'000};
  /// In every window of this length a body must go on at `min_body_rate`. Beyond: 408 and closed.
  std::chrono::milliseconds body_window{10'000};
  /// Octets a second.
  std::size_t min_body_rate = 1024;
  /// Between requests. Beyond: closed without an answer. A WebSocket is pinged after half of it.
  std::chrono::milliseconds idle_timeout{60'000};
  /// Between two signs of life on an event stream.
  std::chrono::milliseconds heartbeat{15'000};
  /// For one write of an answer. Beyond: closed.
  std::chrono::milliseconds write_timeout{60'000};
  /// A connection that has been sending its first request for longer, or has sent nothing for
  /// longer, is the first to go when there is no room.
  std::chrono::milliseconds eviction_grace{1'000};
  /// How often time-outs are looked at: they may come late by this much.
  std::chrono::milliseconds tick{500};
  /// What a graceful stop gives to calls in flight.
  std::chrono::milliseconds stop_deadline{10'000};
};

}  // namespace kedge::rpc
