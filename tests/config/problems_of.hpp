// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"

namespace kedge::config {

/// The problems as `line key: message`, in the order in which they are reported.
inline std::vector<std::string> problems_of(std::string_view toml) {
  std::vector<std::string> out;
  for (const Problem& problem : parse_settings(toml).problems) {
    out.push_back(std::to_string(problem.line) + " " + problem.key + ": " + problem.message);
  }
  return out;
}

}  // namespace kedge::config
