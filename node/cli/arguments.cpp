// SPDX-License-Identifier: Apache-2.0
#include "node/cli/arguments.hpp"

#include <CLI/CLI.hpp>

namespace kedge::node::cli {

void Arguments::flag(const std::string& name, bool& value, const std::string& meaning) {
  app_.add_flag(name, value, meaning);
}

void Arguments::option(const std::string& name, std::string& value, const std::string& placeholder,
                       const std::string& meaning) {
  CLI::Option* option = app_.add_option(name, value, meaning)->type_name(placeholder);
  // Empty is how a command knows that an option was not given.
  option->check([](const std::string& given) {
    return std::string(given.empty() ? "expected something, found nothing" : "");
  });
  if (!value.empty()) option->capture_default_str();
}

void Arguments::option(const std::string& name, std::uint64_t& value, std::uint64_t min,
                       std::uint64_t max, const std::string& meaning) {
  app_.add_option(name, value, meaning)
      ->type_name("N")
      ->check(CLI::Range(min, max).description(""))
      ->capture_default_str();
}

void Arguments::options(const std::string& name, std::vector<std::string>& values,
                        const std::string& placeholder, const std::string& meaning) {
  app_.add_option(name, values, meaning)->type_name(placeholder);
}

void Arguments::choice(const std::string& name, std::string& value,
                       const std::vector<std::string>& words, const std::string& meaning) {
  std::string shown;
  for (const std::string& word : words) shown += (shown.empty() ? "" : "|") + word;
  CLI::Option* option = app_.add_option(name, value, meaning)->type_name(shown);
  option->check(CLI::IsMember(words).description(""));
  if (!value.empty()) option->capture_default_str();
}

void Arguments::positional(const std::string& name, std::string& value, bool required,
                           const std::string& meaning) {
  app_.add_option(name, value, meaning)->type_name("")->required(required);
}

void Arguments::positionals(const std::string& name, std::vector<std::string>& values,
                            const std::string& meaning) {
  app_.add_option(name, values, meaning)->type_name("")->required();
}

void Arguments::footer(const std::string& text) {
  app_.footer("\n" + text);
}

}  // namespace kedge::node::cli
