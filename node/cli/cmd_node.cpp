// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <thread>

#include <unistd.h>

#include "config/insecure.hpp"
#include "node/app/app.hpp"
#include "node/app/node_log.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/node_options.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

/// Blocks the signals that a node waits for, in this thread and those that it starts from now on,
/// so that they can be waited for: nothing ever runs in a signal handler.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    // A reader that has gone shows as an error of the write, not as the death of the node.
    std::signal(SIGPIPE, SIG_IGN);
    // So does a file that may not grow.
    std::signal(SIGXFSZ, SIG_IGN);
  }
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// The one that came within a moment; 0 if none did.
  [[nodiscard]] int next() const {
    const timespec moment{0, 100'000'000};
    return std::max(sigtimedwait(&set_, nullptr, &moment), 0);
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

/// While it lives, a signal to end means: at once. What is acknowledged is on stable storage, so
/// there is nothing to be saved.
class AtOnce {
 public:
  AtOnce(const Signals& signals, NodeLog& log)
      : thread_([&signals, &log](const std::stop_token& stop) {
          while (!stop.stop_requested()) {
            const int signal = signals.next();
            if (signal != SIGINT && signal != SIGTERM) continue;
            log.warning("ending at once: told to a second time");
            std::_Exit(static_cast<int>(ExitStatus::failed));
          }
        }) {}

 private:
  std::jthread thread_;
};

/// Whoever looks at /readyz has this long to send nobody here any more.
void wait_for_balancers(const App& node, NodeLog& log) {
  const std::chrono::milliseconds delay = node.settings().network.drain_delay;
  if (delay.count() == 0) return;
  log.info("draining", {{"ms", std::to_string(delay.count())}});
  const auto end = std::chrono::steady_clock::now() + delay;
  while (!node.failure() && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

class NodeCommand : public Command {
 public:
  std::string name() const override { return "node"; }
  std::string summary() const override { return "Run the node"; }

  void declare(Arguments& arguments) override {
    node_.declare(arguments);
    arguments.option("--listen", listen_, "HOST:PORT", "Where to serve (default 127.0.0.1:7410)");
    arguments.flag("--insecure", insecure_,
                   "Start although other machines could read or pretend what they must not");
    arguments.footer(
        "Without a data directory, makes one: embedded ledger, one issuer, and a cookie that\n"
        "lets this user submit. Ctrl-C or SIGTERM ends the node: /readyz says 503, after\n"
        "rpc.drain_delay no connections are taken any more, and what was asked is answered. The\n"
        "second one ends it at once. Nothing acknowledged is lost either way.\n"
        "SIGHUP reads the certificate and its key anew.");
  }

  ExitStatus run(Terminal& terminal) override {
    auto settings = node_.load(terminal);
    if (!settings) return ExitStatus::failed;
    if (!listen_.empty()) settings->rpc.listen = listen_;

    if (!is_secure(*settings, terminal)) return ExitStatus::failed;
    const Signals signals;
    NodeLog log(settings->logging);
    auto app = App::start(*std::move(settings), log);
    if (!app) {
      terminal.error("the node cannot start", app.error());
      return ExitStatus::failed;
    }
    App& node = **app;
    log.info("serving", {{"url", node.url()},
                         {"operators", node.admin_url()},
                         {"origin", node.settings().log.origin},
                         {"data", node.settings().data_dir.string()}});
    while (!node.failure()) {
      const int signal = signals.next();
      if (signal == SIGHUP && !loses_terminal(node)) {
        node.reload();
      } else if (signal != 0) {
        break;
      }
    }

    node.drain();
    const auto failure = node.failure();
    {
      const AtOnce second_signal(signals, log);
      if (!failure) wait_for_balancers(node, log);
      log.info("stopping");
      node.stop();
    }
    if (failure) {
      terminal.error("the node had to stop", *failure);
      terminal.note("Start it again: it recovers everything that was acknowledged.");
      return ExitStatus::failed;
    }
    log.info("stopped");
    return ExitStatus::done;
  }

 private:
  /// Says what is wrong with settings that are good one by one and not together.
  bool is_secure(const config::Settings& settings, Terminal& terminal) const {
    const auto problems = config::insecure_combinations(settings);
    for (const config::Problem& problem : problems) {
      if (insecure_) {
        terminal.note("insecure: " + problem.key + " " + problem.message);
      } else {
        terminal.error(problem.key + " " + problem.message);
      }
    }
    if (problems.empty() || insecure_) return true;
    terminal.note("Start it with --insecure if nobody else can reach that network.");
    return false;
  }

  /// Whether SIGHUP means that the terminal has gone: somebody who looked at the node has left.
  static bool loses_terminal(const App& node) {
    return node.settings().network.tls_certificate.empty() && isatty(STDIN_FILENO) == 1;
  }

  NodeOptions node_;
  std::string listen_;
  bool insecure_ = false;
};

}  // namespace

std::unique_ptr<Command> make_node_command() {
  return std::make_unique<NodeCommand>();
}

}  // namespace kedge::node::cli
