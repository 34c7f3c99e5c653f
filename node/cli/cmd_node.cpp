// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <csignal>
#include <ctime>

#include "node/app/app.hpp"
#include "node/app/node_log.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/node_options.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

/// Blocks the signals that end a node, in this thread and those that it starts from now on, so that
/// they can be waited for: nothing ever runs in a signal handler.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&set_, signal);
    pthread_sigmask(SIG_BLOCK, &set_, &before_);
    // A reader that has gone shows as an error of the write, not as the death of the node.
    std::signal(SIGPIPE, SIG_IGN);
    // So does a file that may not grow.
    std::signal(SIGXFSZ, SIG_IGN);
  }
  EndSignals(const EndSignals&) = delete;
  EndSignals& operator=(const EndSignals&) = delete;
  ~EndSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  /// Whether one of them came within a moment.
  [[nodiscard]] bool came() const {
    const timespec moment{0, 100'000'000};
    return sigtimedwait(&set_, nullptr, &moment) > 0;
  }

 private:
  sigset_t set_{};
  sigset_t before_{};
};

class NodeCommand : public Command {
 public:
  std::string name() const override { return "node"; }
  std::string summary() const override { return "Run the node"; }

  void declare(Arguments& arguments) override {
    node_.declare(arguments);
    arguments.option("--listen", listen_, "HOST:PORT", "Where to serve (default 127.0.0.1:7410)");
    arguments.footer(
        "Without a data directory, makes one: embedded ledger, one issuer, and a cookie that\n"
        "lets this user submit. Ctrl-C or SIGTERM ends the node; nothing acknowledged is lost.");
  }

  ExitStatus run(Terminal& terminal) override {
    auto settings = node_.load(terminal);
    if (!settings) return ExitStatus::failed;
    if (!listen_.empty()) settings->rpc.listen = listen_;

    const EndSignals signals;
    NodeLog log(settings->logging);
    auto app = App::start(*std::move(settings), log);
    if (!app) {
      terminal.error("the node cannot start", app.error());
      return ExitStatus::failed;
    }
    App& node = **app;
    log.info("serving", {{"url", node.url()},
                         {"origin", node.settings().log.origin},
                         {"data", node.settings().data_dir.string()}});
    while (!node.failure() && !signals.came()) continue;

    const auto failure = node.failure();
    log.info("stopping");
    node.stop();
    if (failure) {
      terminal.error("the node had to stop", *failure);
      terminal.note("Start it again: it recovers everything that was acknowledged.");
      return ExitStatus::failed;
    }
    log.info("stopped");
    return ExitStatus::done;
  }

 private:
  NodeOptions node_;
  std::string listen_;
};

}  // namespace

std::unique_ptr<Command> make_node_command() {
  return std::make_unique<NodeCommand>();
}

}  // namespace kedge::node::cli
