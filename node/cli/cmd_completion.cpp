// SPDX-License-Identifier: Apache-2.0
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/completion_script.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class CompletionCommand : public Command {
 public:
  std::string name() const override { return "completion"; }
  std::string summary() const override { return "Print a script that completes command lines"; }

  void declare(Arguments& arguments) override {
    arguments.positional("SHELL", shell_, true, "bash, zsh or fish");
    arguments.footer("For bash, now:  source <(kedge completion bash)");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto table = command_table();
    std::string script;
    if (shell_ == "bash") script = bash_completion(table);
    if (shell_ == "zsh") script = zsh_completion(table);
    if (shell_ == "fish") script = fish_completion(table);
    if (script.empty()) {
      terminal.error("completion wants bash, zsh or fish, found \"" + shell_ + "\"");
      return ExitStatus::usage;
    }
    script.pop_back();
    terminal.line(script);
    return ExitStatus::done;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion_command() {
  return std::make_unique<CompletionCommand>();
}

}  // namespace kedge::node::cli
