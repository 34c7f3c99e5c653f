// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kedge::rpc::test {

/// A TCP connection that sends and reads octets as they are: for what no HTTP client would do.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    connected_ = ::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;
  ~RawConnection() { ::close(fd_); }

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] int fd() const { return fd_; }

  /// False once the other side has gone.
  bool send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void half_close() { ::shutdown(fd_, SHUT_WR); }

  /// Waits up to `limit` for octets; false at the end of the stream or when nothing came.
  bool more(std::chrono::milliseconds limit = std::chrono::seconds(10)) {
    pollfd poll{fd_, POLLIN, 0};
    timed_out_ = ::poll(&poll, 1, static_cast<int>(limit.count())) == 0;
    if (timed_out_) return false;
    char buffer[65536];
    const ssize_t size = ::recv(fd_, buffer, sizeof buffer, 0);
    was_reset_ = size < 0;
    if (size <= 0) return false;
    pending_.append(buffer, static_cast<std::size_t>(size));
    return true;
  }

  /// The next answer, `<status> <body>`; "closed" at the end of the stream, "nothing" if none came.
  std::string answer() {
    for (;;) {
      const std::size_t end = pending_.find("\r\n\r\n");
      if (end != std::string::npos) {
        head_ = pending_.substr(0, end + 2);
        const std::size_t at = head_.find("\r\nContent-Length: ");
        const std::size_t size =
            at == std::string::npos ? 0 : std::stoul(head_.substr(at + 18)) * (head_only_ ? 0 : 1);
        if (pending_.size() >= end + 4 + size) {
          const std::string body = pending_.substr(end + 4, size);
          pending_.erase(0, end + 4 + size);
          return head_.substr(9, 3) + " " + body;
        }
      }
      if (!more()) return timed_out_ ? "nothing" : "closed" + (pending_.empty() ? "" : pending_);
    }
  }

  /// What the server has sent so far; waits for the end of the stream.
  bool closed_by_peer() {
    while (more()) {
    }
    return !timed_out_;
  }

  /// Whether the last answer's head has this line.
  [[nodiscard]] bool has_line(std::string_view line) const {
    return head_.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
  }

  /// The value of a field of the last answer's head; empty if it has none.
  [[nodiscard]] std::string field(std::string_view name) const {
    const std::size_t at = head_.find("\r\n" + std::string(name) + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + 4 + name.size();
    return head_.substr(begin, head_.find("\r\n", begin) - begin);
  }
  /// Whether the stream ended by a reset, and not by its end.
  [[nodiscard]] bool was_reset() const { return was_reset_; }

  void head_only(bool value) { head_only_ = value; }

 private:
  int fd_;
  bool connected_ = false;
  bool timed_out_ = false;
  bool was_reset_ = false;
  bool head_only_ = false;
  std::string pending_;
  std::string head_;
};

}  // namespace kedge::rpc::test
