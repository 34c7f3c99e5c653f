// SPDX-License-Identifier: Apache-2.0
#include "node/cli/interrupt.hpp"

#include <array>
#include <atomic>
#include <csignal>

namespace kedge::node::cli {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};

/// The signal that has come, or 0. A handler may touch nothing else.
std::atomic<int> came_signal = 0;
static_assert(std::atomic<int>::is_always_lock_free);

void note_signal(int signal) {
  came_signal = signal;
}

/// What is ignored from outside, as by nohup, stays ignored.
void set_handlers(void (*handler)(int), int flags) {
  for (const int signal : kSignals) {
    struct sigaction before {};
    if (sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = handler;
    action.sa_flags = flags;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

Interrupt::Interrupt() {
  came_signal = 0;
  set_handlers(note_signal, static_cast<int>(SA_RESETHAND) | SA_RESTART);
}

Interrupt::~Interrupt() {
  set_handlers(SIG_DFL, 0);
}

bool Interrupt::came() {
  return came_signal != 0;
}

void Interrupt::end_program() {
  const int signal = came_signal;
  if (signal == 0) return;
  set_handlers(SIG_DFL, 0);
  std::raise(signal);
}

}  // namespace kedge::node::cli
