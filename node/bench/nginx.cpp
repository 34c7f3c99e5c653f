// SPDX-License-Identifier: Apache-2.0
#include "node/bench/nginx.hpp"

#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "node/bench/stopwatch.hpp"

namespace kedge::node::bench {
namespace {

constexpr double kStartSeconds = 10;
/// nginx reads no longer word than 4,096 octets; a longer body is put together from such pieces.
constexpr std::size_t kPiece = 4'000;

/// A TCP socket on the loopback interface that goes with the object.
class LoopbackSocket {
 public:
  LoopbackSocket() : number_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~LoopbackSocket() { close(number_); }
  LoopbackSocket(const LoopbackSocket&) = delete;
  LoopbackSocket& operator=(const LoopbackSocket&) = delete;

  /// A port that nobody has at this moment; 0 if none can be found.
  std::uint16_t free_port() {
    sockaddr_in address = at(0);
    socklen_t size = sizeof address;
    if (bind(number_, reinterpret_cast<sockaddr*>(&address), size) != 0) return 0;
    if (getsockname(number_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(address.sin_port);
  }

  bool connects(std::uint16_t port) {
    const sockaddr_in address = at(port);
    return connect(number_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

 private:
  static sockaddr_in at(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    return address;
  }

  int number_;
};

std::string configuration(const std::filesystem::path& folder, std::uint16_t port,
                          std::size_t body_size) {
  std::string pieces;
  std::string body;
  for (; body_size > kPiece; body_size -= kPiece) {
    if (pieces.empty()) pieces = "set $piece \"" + std::string(kPiece, 'x') + "\";\n";
    body += "${piece}";
  }
  body.append(body_size, 'x');
  std::ostringstream text;
  text << "daemon off;\nworker_processes 1;\npid " << folder.string() << "/pid;\n"
       << "error_log stderr;\nevents { worker_connections 1024; }\n"
       << "http {\naccess_log off;\ndefault_type application/json;\n"
       << "keepalive_requests 1000000000;\nkeepalive_timeout 3600;\nclient_body_buffer_size 1m;\n";
  for (const char* kind : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"}) {
    text << kind << "_temp_path " << folder.string() << "/" << kind << ";\n";
  }
  text << "server {\nlisten 127.0.0.1:" << port << ";\nlocation / {\n"
       << pieces << "return 200 \"" << body << "\";\n}\n}\n}\n";
  return text.str();
}

std::string all_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

Nginx::Nginx(TemporaryFolder folder, ChildProcess process, std::uint16_t port)
    : folder_(std::move(folder)), process_(std::move(process)), port_(port) {}

Result<std::unique_ptr<Nginx>> Nginx::start(const std::filesystem::path& parent,
                                            std::size_t body_size, const Cores& cores) {
  const auto program = find_program("nginx");
  if (!program) {
    return Error{Errc::not_found, "there is no nginx (Debian package nginx-light)"};
  }
  auto folder = TemporaryFolder::make(parent);
  if (!folder) return std::move(folder).error();
  const std::uint16_t port = LoopbackSocket().free_port();
  const std::filesystem::path file = folder->path() / "nginx.conf";
  const std::filesystem::path log = folder->path() / "nginx.log";
  std::ofstream(file) << configuration(folder->path(), port, body_size);
  auto process = ChildProcess::start(
      {program->string(), "-e", "stderr", "-p", folder->path().string(), "-c", file.string()}, log,
      cores);
  if (!process) return std::move(process).error();
  std::unique_ptr<Nginx> nginx(new Nginx(*std::move(folder), *std::move(process), port));
  const Stopwatch watch;
  while (!LoopbackSocket().connects(port)) {
    if (!nginx->process_.running() || watch.seconds() > kStartSeconds) {
      return Error{Errc::unavailable, "nginx does not start: " + all_of(log)};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return nginx;
}

rpc::LoadOptions Nginx::load_options() const {
  rpc::LoadOptions options;
  options.port = port_;
  options.body_start = "x";
  return options;
}

}  // namespace kedge::node::bench
