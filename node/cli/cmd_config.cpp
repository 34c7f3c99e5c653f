// SPDX-License-Identifier: Apache-2.0
#include "config/describe.hpp"
#include "config/insecure.hpp"
#include "config/load.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_options.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class ConfigCommand : public Command {
 public:
  std::string name() const override { return "config"; }
  std::string summary() const override { return "Check a settings file, or print all settings"; }

  void declare(Arguments& arguments) override {
    node_.declare(arguments);
    arguments.option("--check", check_, "FILE",
                     "Say everything that is wrong with a file, or insecure");
    arguments.flag("--print", print_, "Print what a node would run with, as a settings file");
    arguments.flag("--json", json_, "Print the outcome of --check as JSON");
  }

  ExitStatus run(Terminal& terminal) override {
    if (check_.empty() && !print_) {
      terminal.error("config wants --check FILE or --print");
      return ExitStatus::usage;
    }
    if (!check_.empty() && !check(terminal)) return ExitStatus::failed;
    if (print_) {
      const auto settings = node_.load(terminal);
      if (!settings) return ExitStatus::failed;
      std::string text = config::to_toml(*settings);
      text.pop_back();
      terminal.line(text);
    }
    return ExitStatus::done;
  }

 private:
  bool check(Terminal& terminal) const {
    const config::Loaded loaded = config::load_settings(check_);
    std::vector<config::Problem> insecure;
    if (loaded.ok()) insecure = config::insecure_combinations(loaded.settings);
    const bool good = loaded.ok() && insecure.empty();
    if (json_) {
      terminal.line(JsonLine()
                        .flag("good", good)
                        .raw("problems", to_json(loaded.problems))
                        .raw("insecure", to_json(insecure))
                        .finished());
    } else if (good) {
      terminal.line(check_ + ": " + terminal.good("good"));
    } else {
      std::string text = config::describe(loaded.problems, check_);
      text += config::describe(insecure, check_ + ": insecure");
      text.pop_back();
      terminal.line(text);
    }
    return good;
  }

  static std::string to_json(const std::vector<config::Problem>& problems) {
    std::string out = "[";
    for (const config::Problem& problem : problems) {
      if (out.size() > 1) out += ',';
      out += JsonLine()
                 .text("key", problem.key)
                 .text("message", problem.message)
                 .number("line", problem.line)
                 .finished();
    }
    return out + "]";
  }

  NodeOptions node_;
  std::string check_;
  bool print_ = false;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_config_command() {
  return std::make_unique<ConfigCommand>();
}

}  // namespace kedge::node::cli
