// SPDX-License-Identifier: Apache-2.0
// How soon all subscribers of a node have a checkpoint.
//   kedge_subscribers PORT COUNT ROUNDS LIMIT_MS
// COUNT subscribers, half of them over WebSockets and half over event streams, wait for ROUNDS
// checkpoints. Prints one line of JSON a checkpoint: milliseconds from the time in the checkpoint,
// which is when its sealing began, until so many of them had it. Exit status 1 if the last one of
// any had it after more than LIMIT_MS.
#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include <sys/resource.h>

#include "crypto/rfc3339.hpp"
#include "tests/support/crowd.hpp"

namespace {

using kedge::test::Crowd;

/// The time of the newest checkpoint in what a subscriber has read.
long long published_ms(const std::string& tail) {
  constexpr std::string_view kName = "\"time\":\"";
  const std::size_t at = tail.rfind(kName);
  if (at == std::string::npos) return -1;
  const std::size_t begin = at + kName.size();
  const auto time = kedge::crypto::parse_rfc3339(tail.substr(begin, tail.find('"', begin) - begin));
  return time ? static_cast<long long>(*time) : -1;
}

long long unix_ms(Crowd::Clock::time_point time) {
  const auto ago = std::chrono::system_clock::now() - (Crowd::Clock::now() - time);
  return std::chrono::duration_cast<std::chrono::milliseconds>(ago.time_since_epoch()).count();
}

void raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: kedge_subscribers PORT COUNT ROUNDS LIMIT_MS\n");
    return 2;
  }
  const auto number = [&](int i) { return std::strtoul(argv[i], nullptr, 10); };
  const std::size_t count = number(2);
  raise_open_files();
  Crowd crowd(static_cast<std::uint16_t>(number(1)));
  if (!crowd.open(count - count / 2, Crowd::Kind::web_socket, "checkpoint") ||
      !crowd.open(count / 2, Crowd::Kind::event_stream, "checkpoint")) {
    std::fprintf(stderr, "not all subscribers are served\n");
    return 1;
  }
  // What has come while they subscribed is not counted.
  crowd.settle(std::chrono::seconds(2));
  bool good = true;
  for (unsigned long round = 0; round < number(3); ++round) {
    if (!crowd.wait(1, std::chrono::seconds(30))) {
      std::fprintf(stderr, "not all subscribers were told\n");
      return 1;
    }
    auto told = crowd.told_at();
    std::sort(told.begin(), told.end());
    const long long published = published_ms(crowd.tail());
    const auto after = [&](std::size_t place) { return unix_ms(told[place]) - published; };
    const long long last = after(told.size() - 1);
    std::printf(R"({"subscribers":%zu,"first_ms":%lld,"half_ms":%lld,"p99_ms":%lld,"last_ms":%lld})"
                "\n",
                told.size(), after(0), after(told.size() / 2), after(told.size() * 99 / 100), last);
    good = good && last <= static_cast<long long>(number(4));
  }
  return good ? 0 : 1;
}
