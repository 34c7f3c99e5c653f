// SPDX-License-Identifier: Apache-2.0
#include "node/cli/run.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>

#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

/// The library's words, but for what it says of a word that is missing.
std::string complaint(const CLI::ParseError& error) {
  constexpr std::string_view kEnd = " is required";
  const std::string text = error.what();
  if (!text.ends_with(kEnd)) return text;
  return "<" + text.substr(0, text.size() - kEnd.size()) + "> is missing";
}

ExitStatus parse_and_run(std::span<const std::string> words, Terminal& terminal) {
  CLI::App app("An anchoring node for verifiable credentials.", "kedge");
  app.set_version_flag("--version", "kedge " KEDGE_VERSION);
  app.require_subcommand(1);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");

  std::vector<std::pair<CLI::App*, std::unique_ptr<Command>>> commands;
  for (std::unique_ptr<Command>& command : make_commands()) {
    CLI::App* sub = app.add_subcommand(command->name(), command->summary());
    sub->group("Commands");
    Arguments arguments(*sub);
    command->declare(arguments);
    commands.emplace_back(sub, std::move(command));
  }

  app.footer(
      "\nExit status: 0 done or valid, 1 failed or invalid, 2 usage, 3 unknown.\n"
      "\"kedge COMMAND --help\" says what a command takes.");

  // The library takes words from the back.
  std::vector<std::string> reversed(words.rbegin(), words.rend());
  try {
    app.parse(std::move(reversed));
  } catch (const CLI::CallForVersion&) {
    terminal.line("kedge " KEDGE_VERSION);
    return ExitStatus::done;
  } catch (const CLI::Success&) {
    std::string help = app.help();
    help.erase(help.find_last_not_of('\n') + 1);
    terminal.line(help);
    return ExitStatus::done;
  } catch (const CLI::ParseError& error) {
    const auto asked = app.get_subcommands();
    if (asked.empty() && words.empty()) {
      terminal.error("a command is wanted");
    } else if (asked.empty() && !words.front().starts_with('-')) {
      terminal.error("there is no command \"" + words.front() + "\"");
    } else {
      terminal.error(complaint(error));
    }
    terminal.note("Try \"kedge " + (asked.empty() ? "" : asked.front()->get_name() + " ") +
                  "--help\".");
    return ExitStatus::usage;
  }
  for (auto& [sub, command] : commands) {
    if (sub->parsed()) return command->run(terminal);
  }
  return ExitStatus::usage;
}

}  // namespace

ExitStatus run(std::span<const std::string> words, Terminal& terminal) {
  try {
    return parse_and_run(words, terminal);
  } catch (const std::exception& error) {
    terminal.end_progress();
    terminal.error(std::string("an internal fault: ") + error.what());
    return ExitStatus::failed;
  }
}

}  // namespace kedge::node::cli
