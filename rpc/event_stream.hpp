// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rpc/audience.hpp"
#include "rpc/io_thread.hpp"
#include "rpc/server_stream.hpp"
#include "rpc/stream_request.hpp"

namespace kedge::rpc {

/// A connection on which the server tells of events and the client says nothing more: server-sent
/// events (WHATWG HTML section 9.2). The answer has no length and ends with the connection. Every
/// event has its topic's family as its type, JSON as its data, and an id where one could be named
/// as Last-Event-ID. Before the server closes a stream it sends an event `dropped` with the reason,
/// if the client still takes any. Runs on its I/O thread.
class EventStream final : public Connection,
                          public Subscriber,
                          public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(std::shared_ptr<IoThread> io, ServerStream stream, Seat seat);
  EventStream(const EventStream&) = delete;
  EventStream& operator=(const EventStream&) = delete;
  ~EventStream() override;

  /// Sends `head`, which may have answers to earlier requests before it, and begins to tell. Call
  /// once. A topic that may not be subscribed to is told as `dropped`.
  void start(std::string head, StreamRequest request);

  [[nodiscard]] std::optional<Standing> standing(Clock::time_point) const override { return {}; }
  void check(Clock::time_point now) override;
  void drain() override;
  void close() override;

  void hear(const std::string& topic, const SharedEvent& event) override;
  void lose() override;

 private:
  void read();
  void send(std::string_view text);
  void write();
  void drop(std::string_view reason);
  void leave_all();
  bool join_all();
  void ask_for_past();
  void tell_past(const std::vector<SharedEvent>& past);
  void tell(const Event& event);

  const std::shared_ptr<IoThread> io_;
  ServerCore& core_;
  ServerStream stream_;
  std::optional<Seat> seat_;
  /// Those that `opened` has let in.
  std::vector<Topic> topics_;
  std::optional<std::uint64_t> last_;

  /// Is being written, and waits behind it.
  std::string flying_;
  std::string waiting_;
  std::size_t waiting_events_ = 0;
  /// What happens while the past is looked up.
  bool remembering_ = false;
  std::vector<SharedEvent> held_;

  bool writing_ = false;
  bool dropped_ = false;
  bool closed_ = false;
  Clock::time_point writing_since_;
  Clock::time_point told_;
  Clock::time_point deadline_ = Clock::time_point::max();
  std::array<char, 512> ignored_{};
  std::size_t ignored_octets_ = 0;
};

}  // namespace kedge::rpc
