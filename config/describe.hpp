// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "config/settings.hpp"

namespace kedge::config {

/// All settings as a TOML file that parse_settings() reads back to the same, each key under a
/// comment that says what it means and what it may be.
std::string to_toml(const Settings& settings);

/// The keys as a Markdown table: key, default, what it may be, meaning. Part of config/README.md.
std::string markdown_table();

/// The known key nearest to a misspelt one; empty if none is near.
std::string nearest_key(std::string_view unknown);

}  // namespace kedge::config
