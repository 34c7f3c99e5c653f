// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// What every command takes, as texts: made from what the commands declare, so that manual pages
/// and shell completions cannot differ from the program.
namespace kedge::node::cli {

struct OptionText {
  /// `--data`; with two, the short one first: `-h`, `--help`.
  std::vector<std::string> names;
  /// `DIR`; empty for a flag.
  std::string placeholder;
  /// Where only some words may stand there.
  std::vector<std::string> words;
  /// One line.
  std::string meaning;

  [[nodiscard]] bool takes_file() const { return placeholder == "FILE"; }
  [[nodiscard]] bool takes_folder() const { return placeholder.ends_with("DIR"); }
};

struct WordText {
  /// `BACKUP`, with `...` behind it where there may be several.
  std::string name;
  bool required = false;
  std::string meaning;
};

struct CommandText {
  std::string name;
  std::string summary;
  std::vector<WordText> words = {};
  std::vector<OptionText> options = {};
  /// What stands below the options in the help.
  std::string footer = {};
};

/// In the order of the help.
std::vector<CommandText> command_table();

}  // namespace kedge::node::cli
