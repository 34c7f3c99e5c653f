// SPDX-License-Identifier: Apache-2.0
#include "node/cli/command_table.hpp"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>

#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"

namespace kedge::node::cli {
namespace {

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream in(text);
  for (std::string word; std::getline(in, word, '|');) words.push_back(word);
  return words;
}

OptionText option_text(const CLI::Option& option) {
  OptionText text;
  for (const std::string& name : option.get_snames()) text.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) text.names.push_back("--" + name);
  // A flag takes nothing.
  if (option.get_items_expected_max() != 0) text.placeholder = option.get_type_name();
  if (text.placeholder.find('|') != std::string::npos) text.words = split(text.placeholder);
  text.meaning = one_line(option.get_description());
  return text;
}

}  // namespace

std::vector<CommandText> command_table() {
  std::vector<CommandText> table;
  for (const std::unique_ptr<Command>& command : make_commands()) {
    CLI::App app(command->summary(), command->name());
    Arguments arguments(app);
    command->declare(arguments);
    CommandText text{.name = command->name(), .summary = command->summary()};
    for (const CLI::Option* option : std::as_const(app).get_options()) {
      if (option->nonpositional()) {
        text.options.push_back(option_text(*option));
      } else {
        const bool many = option->get_items_expected_max() > 1;
        text.words.push_back({option->get_name(true) + (many ? "..." : ""), option->get_required(),
                              one_line(option->get_description())});
      }
    }
    text.footer = app.get_footer();
    text.footer.erase(0, text.footer.find_first_not_of('\n'));
    table.push_back(std::move(text));
  }
  return table;
}

}  // namespace kedge::node::cli
