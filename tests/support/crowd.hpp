// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::test {

/// Many subscribers of one server in one thread: WebSockets or event streams on 127.0.0.1, that
/// count what they are told. Knows as much of the protocols as it needs for that.
class Crowd {
 public:
  using Clock = std::chrono::steady_clock;
  enum class Kind : std::uint8_t { web_socket, event_stream };

  explicit Crowd(std::uint16_t port);
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;
  ~Crowd();

  /// Opens `count` more, each subscribed to `topic`; false if one is not served. `read`: whether
  /// they ever read again.
  bool open(std::size_t count, Kind kind, const std::string& topic, bool read = true);

  /// Reads until every reader has been told `events` more, or has been closed, or the time is over.
  /// Whether all have been told.
  bool wait(std::size_t events, std::chrono::milliseconds limit);
  /// Reads for so long, and forgets how much each was told.
  void settle(std::chrono::milliseconds time);
  /// When each reader was told of the last of them; those that were not are not there.
  [[nodiscard]] std::vector<Clock::time_point> told_at() const;
  /// Readers that the server has closed.
  [[nodiscard]] std::size_t closed() const;
  /// The last octets that the first reader has got.
  [[nodiscard]] const std::string& tail() const { return members_.front().tail; }

 private:
  struct Member {
    int fd = -1;
    Kind kind = Kind::web_socket;
    bool reads = true;
    bool closed = false;
    std::size_t events = 0;
    std::size_t wanted = 0;
    Clock::time_point told_at;
    /// What was read last, so that nothing is missed where reads cut it.
    std::string tail;
  };

  int connect(bool read) const;
  static bool subscribe(Member& member, const std::string& topic);
  static void take(Member& member, std::string_view octets);

  std::uint16_t port_;
  int poll_ = -1;
  std::vector<Member> members_;
};

}  // namespace kedge::test
