// SPDX-License-Identifier: Apache-2.0
#include "node/cli/completion_script.hpp"

#include <string_view>

namespace kedge::node::cli {
namespace {

std::string joined(std::span<const std::string> words, std::string_view between) {
  std::string out;
  for (const std::string& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

/// In single quotes of sh and zsh.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string with_backslashes(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : text) {
    if (special.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

std::string names_of(std::span<const CommandText> commands) {
  std::string out;
  for (const CommandText& command : commands) out += (out.empty() ? "" : " ") + command.name;
  return out;
}

/// What follows an option, as a case of bash.
std::string bash_value(const OptionText& option) {
  std::string what;
  if (!option.words.empty()) {
    what = "_kedge_words " + quoted(joined(option.words, " ")) + "; ";
  } else if (option.takes_folder()) {
    what = "_kedge_files -d; ";
  } else if (option.takes_file()) {
    what = "_kedge_files -f; ";
  }
  return "        " + joined(option.names, "|") + ") " + what + "return ;;\n";
}

std::string zsh_option(const OptionText& option) {
  std::string action;
  if (!option.placeholder.empty()) {
    action = ":" + with_backslashes(option.placeholder, ":") + ":";
    if (!option.words.empty()) {
      action += "(" + joined(option.words, " ") + ")";
    } else if (option.takes_folder()) {
      action += "_files -/";
    } else if (option.takes_file()) {
      action += "_files";
    }
  }
  std::string out;
  for (const std::string& name : option.names) {
    out += " \\\n        " +
           quoted(name + "[" + with_backslashes(option.meaning, "[]:\\") + "]" + action);
  }
  return out;
}

}  // namespace

std::string bash_completion(std::span<const CommandText> commands) {
  std::string out =
      "# Completion of kedge(1) for bash; made by \"kedge completion bash\".\n"
      "_kedge_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- "
      "\"${COMP_WORDS[COMP_CWORD]}\"); "
      "}\n"
      "_kedge_files() {\n"
      "  compopt -o filenames\n"
      "  mapfile -t COMPREPLY < <(compgen \"$1\" -- \"${COMP_WORDS[COMP_CWORD]}\")\n"
      "}\n"
      "_kedge() {\n"
      "  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}\n"
      "  COMPREPLY=()\n"
      "  if ((COMP_CWORD == 1)); then\n"
      "    _kedge_words '" +
      names_of(commands) +
      " --help --version'\n"
      "    return\n"
      "  fi\n"
      "  case ${COMP_WORDS[1]} in\n";
  for (const CommandText& command : commands) {
    std::string values;
    std::string names;
    for (const OptionText& option : command.options) {
      if (!option.placeholder.empty()) values += bash_value(option);
      names += (names.empty() ? "" : " ") + joined(option.names, " ");
    }
    out += "    " + command.name + ")\n";
    if (!values.empty()) out += "      case $previous in\n" + values + "      esac\n";
    out += "      if [[ $current == -* ]]; then _kedge_words " + quoted(names) +
           "; else _kedge_files -f; fi\n"
           "      ;;\n";
  }
  return out +
         "  esac\n"
         "}\n"
         "complete -F _kedge kedge\n";
}

std::string zsh_completion(std::span<const CommandText> commands) {
  std::string out =
      "#compdef kedge\n"
      "# Completion of kedge(1) for zsh; made by \"kedge completion zsh\".\n"
      "_kedge() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const CommandText& command : commands) {
    out += "    " + quoted(command.name + ":" + with_backslashes(command.summary, ":\\")) + "\n";
  }
  out +=
      "  )\n"
      "  if ((CURRENT == 2)); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  shift words\n"
      "  ((CURRENT--))\n"
      "  case $words[1] in\n";
  for (const CommandText& command : commands) {
    out += "    " + command.name + ")\n      _arguments";
    for (const OptionText& option : command.options) out += zsh_option(option);
    if (!command.words.empty()) out += " \\\n        '*:file:_files'";
    out += "\n      ;;\n";
  }
  return out +
         "  esac\n"
         "}\n"
         "_kedge \"$@\"\n";
}

std::string fish_completion(std::span<const CommandText> commands) {
  const auto in_fish = [](std::string_view text) {
    return "'" + with_backslashes(text, "'\\") + "'";
  };
  std::string out = "# Completion of kedge(1) for fish; made by \"kedge completion fish\".\n";
  for (const CommandText& command : commands) {
    out += "complete -c kedge -n __fish_use_subcommand -f -a " + command.name + " -d " +
           in_fish(command.summary) + "\n";
  }
  for (const CommandText& command : commands) {
    for (const OptionText& option : command.options) {
      out += "complete -c kedge -n '__fish_seen_subcommand_from " + command.name + "'";
      for (const std::string& name : option.names) {
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (!option.words.empty()) {
        out += " -x -a " + in_fish(joined(option.words, " "));
      } else if (option.takes_file() || option.takes_folder()) {
        out += " -r";
      } else if (!option.placeholder.empty()) {
        out += " -x";
      }
      out += " -d " + in_fish(option.meaning) + "\n";
    }
  }
  return out;
}

}  // namespace kedge::node::cli
