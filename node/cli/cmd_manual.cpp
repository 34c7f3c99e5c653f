// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/manual_page.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class ManualCommand : public Command {
 public:
  std::string name() const override { return "manual"; }
  std::string summary() const override { return "Print a manual page, for man(1)"; }

  void declare(Arguments& arguments) override {
    arguments.positional("COMMAND", command_, false, "Of which command (default: kedge itself)");
    arguments.footer("To read one:  kedge manual node | man -l -");
  }

  ExitStatus run(Terminal& terminal) override {
    const auto table = command_table();
    std::string page;
    if (command_.empty()) {
      page = main_page(table);
    } else {
      const auto found = std::find_if(table.begin(), table.end(), [this](const CommandText& text) {
        return text.name == command_;
      });
      if (found == table.end()) {
        terminal.error("there is no command \"" + command_ + "\"");
        return ExitStatus::usage;
      }
      page = command_page(*found);
    }
    page.pop_back();
    terminal.line(page);
    return ExitStatus::done;
  }

 private:
  std::string command_;
};

}  // namespace

std::unique_ptr<Command> make_manual_command() {
  return std::make_unique<ManualCommand>();
}

}  // namespace kedge::node::cli
