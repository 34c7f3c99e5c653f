// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace kedge::node::cli {

/// What a command takes. Keeps the parser's library in one translation unit. The variables must
/// outlive the parsing; their values before it are the defaults shown in the help.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}

  /// `--json`.
  void flag(const std::string& name, bool& value, const std::string& meaning);
  /// `--origin NAME`.
  void option(const std::string& name, std::string& value, const std::string& placeholder,
              const std::string& meaning);
  /// Refused outside [min, max].
  void option(const std::string& name, std::uint64_t& value, std::uint64_t min, std::uint64_t max,
              const std::string& meaning);
  /// `--ledger URL...`: all words up to the next option.
  void options(const std::string& name, std::vector<std::string>& values,
               const std::string& placeholder, const std::string& meaning);
  /// One of a few words.
  void choice(const std::string& name, std::string& value, const std::vector<std::string>& words,
              const std::string& meaning);
  /// One word that stands without a name; empty if it may be left out and was.
  void positional(const std::string& name, std::string& value, bool required,
                  const std::string& meaning);
  /// All remaining words; at least one.
  void positionals(const std::string& name, std::vector<std::string>& values,
                   const std::string& meaning);
  /// Text below the options: examples, mostly.
  void footer(const std::string& text);

 private:
  CLI::App& app_;
};

}  // namespace kedge::node::cli
