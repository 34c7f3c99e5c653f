// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <ctime>
#include <iostream>
#include <utility>

#include "node/app/app.hpp"
#include "node/app/node_log.hpp"

namespace kedge::bench {

/// Runs a node until SIGTERM or SIGINT; the exit status. For the main thread, before any other.
inline int serve(const config::Settings& settings, node::AppOptions options) {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&ends, signal);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  node::NodeLog log(settings.logging);
  const auto app = node::App::start(settings, log, std::move(options));
  if (!app) {
    std::cerr << app.error().message << '\n';
    return 1;
  }
  while (!(*app)->failure()) {
    const timespec moment{0, 100'000'000};
    if (sigtimedwait(&ends, nullptr, &moment) > 0) return 0;
  }
  std::cerr << (*app)->failure()->message << '\n';
  return 1;
}

}  // namespace kedge::bench
