// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kedge::rpc::test {

/// Listens on a free port and answers what each connection sends first with what `reply` makes of
/// it; then closes, or, if `keep` is set, goes on with the connection.
class CannedServer {
 public:
  using Reply = std::function<std::string(const std::string& request)>;

  explicit CannedServer(std::string text)
      : CannedServer([text = std::move(text)](const std::string&) { return text; }) {}

  explicit CannedServer(Reply reply, bool keep = false)
      : fd_(::socket(AF_INET, SOCK_STREAM, 0)), reply_(std::move(reply)), keep_(keep) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(fd_, 8);
    socklen_t size = sizeof address;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { run(); });
  }
  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;
  ~CannedServer() {
    stopping_ = true;
    ::shutdown(fd_, SHUT_RDWR);
    {
      const std::lock_guard lock(mutex_);
      if (peer_ >= 0) ::shutdown(peer_, SHUT_RDWR);
    }
    thread_.join();
    ::close(fd_);
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::size_t connections() const { return connections_; }
  [[nodiscard]] std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

  /// A complete response with this body.
  static std::string http(const std::string& body, const std::string& status = "200 OK",
                          const std::string& headers = {}) {
    return "HTTP/1.1 " + status + "\r\n" + headers +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  }

 private:
  void run() {
    for (;;) {
      const int peer = ::accept(fd_, nullptr, nullptr);
      if (peer < 0) return;
      set_peer(peer);
      ++connections_;
      char buffer[65536];
      do {
        const auto got = ::recv(peer, buffer, sizeof buffer, 0);
        if (got <= 0) break;
        const std::string request(buffer, static_cast<std::size_t>(got));
        {
          const std::lock_guard lock(mutex_);
          requests_.push_back(request);
        }
        const std::string text = reply_(request);
        ::send(peer, text.data(), text.size(), MSG_NOSIGNAL);
      } while (keep_ && !stopping_);
      set_peer(-1);
      ::close(peer);
    }
  }

  void set_peer(int peer) {
    const std::lock_guard lock(mutex_);
    peer_ = peer;
  }

  int fd_;
  Reply reply_;
  bool keep_;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> connections_{0};
  mutable std::mutex mutex_;
  int peer_ = -1;
  std::vector<std::string> requests_;
  std::jthread thread_;
};

}  // namespace kedge::rpc::test
