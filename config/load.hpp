// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "config/settings.hpp"

namespace kedge::config {

/// One thing that is wrong with a settings file.
struct Problem {
  /// The key, such as `rpc.max_body` or `ledger[1].kind`; empty for the text as a whole.
  std::string key;
  /// What was expected, and what was found.
  std::string message;
  /// From 1; 0 where there is none.
  std::uint32_t line = 0;
};

/// Settings, or every reason why there are none.
struct Loaded {
  Settings settings;
  std::vector<Problem> problems;

  [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Reads TOML strictly: an unknown key, a wrong type and a value out of range are problems, and all
/// of them are reported at once. What the text does not name keeps its value from `base`.
Loaded parse_settings(std::string_view toml, const Settings& base = {});

/// The same for a file; a file that cannot be read is one problem.
Loaded load_settings(const std::filesystem::path& file, const Settings& base = {});

/// One line a problem: `kedge.toml:3: batch.max_size: expected 1 to 65536, found 0`.
std::string describe(const std::vector<Problem>& problems, std::string_view file);

}  // namespace kedge::config
