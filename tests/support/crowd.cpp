// SPDX-License-Identifier: Apache-2.0
#include "crowd.hpp"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace kedge::test {
namespace {

constexpr std::string_view kNotification = "\"method\":\"subscription\"";
constexpr std::string_view kEvent = "\ndata: ";
constexpr std::size_t kTail = 2048;

std::string_view mark_of(Crowd::Kind kind) {
  return kind == Crowd::Kind::web_socket ? kNotification : kEvent;
}

bool send_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Reads until `end` has come; false at the end of the stream.
bool read_until(int fd, std::string_view end, std::string& text) {
  while (text.find(end) == std::string::npos) {
    pollfd waiting{fd, POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) <= 0) return false;
    char buffer[4096];
    const ssize_t size = ::recv(fd, buffer, sizeof buffer, 0);
    if (size <= 0) return false;
    text.append(buffer, static_cast<std::size_t>(size));
  }
  return true;
}

/// A text message with a mask of zeros (RFC 6455 section 5.2).
std::string frame(std::string_view text) {
  std::string out = "\x81";
  if (text.size() < 126) {
    out.push_back(static_cast<char>(0x80 | text.size()));
  } else {
    out.push_back(static_cast<char>(0xfe));
    out.push_back(static_cast<char>(text.size() >> 8));
    out.push_back(static_cast<char>(text.size() & 0xff));
  }
  return out.append(4, '\0').append(text);
}

}  // namespace

Crowd::Crowd(std::uint16_t port) : port_(port), poll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Crowd::~Crowd() {
  for (const Member& member : members_) ::close(member.fd);
  ::close(poll_);
}

int Crowd::connect(bool read) const {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port_);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int one = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  // Else the kernel would hold megabytes for those who do not read.
  const int small = 4096;
  if (!read) ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return fd;
  ::close(fd);
  return -1;
}

bool Crowd::subscribe(Member& member, const std::string& topic) {
  std::string answer;
  if (member.kind == Kind::event_stream) {
    return send_all(member.fd, "GET /v1/events?topics=" + topic + " HTTP/1.1\r\nHost: a\r\n\r\n") &&
           read_until(member.fd, "\r\n\r\n", answer) && answer.find(" 200 ") == 8;
  }
  const std::string upgrade =
      "GET /rpc HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  if (!send_all(member.fd, upgrade) || !read_until(member.fd, "\r\n\r\n", answer) ||
      answer.find(" 101 ") != 8) {
    return false;
  }
  const std::string call =
      R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topic":")" + topic + "\"}}";
  answer.clear();
  return send_all(member.fd, frame(call)) && read_until(member.fd, "\"subscription\":", answer);
}

bool Crowd::open(std::size_t count, Kind kind, const std::string& topic, bool read) {
  members_.reserve(members_.size() + count);
  for (std::size_t i = 0; i < count; ++i) {
    Member member;
    member.kind = kind;
    member.reads = read;
    member.fd = connect(read);
    if (member.fd < 0) return false;
    members_.push_back(std::move(member));
    Member& kept = members_.back();
    if (!subscribe(kept, topic)) return false;
    if (!read) continue;
    ::fcntl(kept.fd, F_SETFL, O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = members_.size() - 1;
    ::epoll_ctl(poll_, EPOLL_CTL_ADD, kept.fd, &event);
  }
  return true;
}

void Crowd::take(Member& member, std::string_view octets) {
  const std::string_view mark = mark_of(member.kind);
  const std::size_t old = std::min(member.tail.size(), mark.size() - 1);
  std::string text = member.tail.substr(member.tail.size() - old);
  text.append(octets);
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    ++member.events;
    member.told_at = Clock::now();
  }
  member.tail.append(octets);
  if (member.tail.size() > kTail) member.tail.erase(0, member.tail.size() - kTail);
}

bool Crowd::wait(std::size_t events, std::chrono::milliseconds limit) {
  std::size_t open = 0;
  for (Member& member : members_) {
    if (!member.reads) continue;
    member.wanted += events;
    if (!member.closed && member.events < member.wanted) ++open;
  }
  bool all = true;
  const auto deadline = Clock::now() + limit;
  std::vector<epoll_event> ready(1024);
  std::vector<char> buffer(std::size_t{64} << 10);
  while (open != 0) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) return false;
    const int count =
        ::epoll_wait(poll_, ready.data(), static_cast<int>(ready.size()), static_cast<int>(left));
    for (int i = 0; i < count; ++i) {
      Member& member = members_[ready[static_cast<std::size_t>(i)].data.u64];
      const bool before = member.events < member.wanted;
      const ssize_t size = ::recv(member.fd, buffer.data(), buffer.size(), 0);
      if (size > 0) {
        take(member, {buffer.data(), static_cast<std::size_t>(size)});
      } else if (size == 0 || errno != EAGAIN) {
        member.closed = true;
        ::epoll_ctl(poll_, EPOLL_CTL_DEL, member.fd, nullptr);
        if (before) all = false;
      }
      if (before && (member.closed || member.events >= member.wanted)) --open;
    }
  }
  return all;
}

void Crowd::settle(std::chrono::milliseconds time) {
  // More than anybody is told.
  wait(std::size_t{1} << 40, time);
  for (Member& member : members_) member.wanted = member.events;
}

std::vector<Crowd::Clock::time_point> Crowd::told_at() const {
  std::vector<Clock::time_point> out;
  for (const Member& member : members_) {
    if (member.reads && member.events >= member.wanted) out.push_back(member.told_at);
  }
  return out;
}

std::size_t Crowd::closed() const {
  return static_cast<std::size_t>(std::count_if(
      members_.begin(), members_.end(), [](const Member& member) { return member.closed; }));
}

}  // namespace kedge::test
