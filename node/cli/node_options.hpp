// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "config/data_dir.hpp"
#include "config/settings.hpp"

namespace kedge::node::cli {

class Arguments;
class Terminal;

/// `--data` and `--config`, as every command that deals with a node or its directory takes them.
struct NodeOptions {
  std::string data;
  std::string config;

  void declare(Arguments& arguments);

  /// Defaults, then the settings file (`--config`, else `kedge.toml` of the data directory where
  /// there is one), then `--data`. Says every problem and answers nothing if the file is wrong.
  [[nodiscard]] std::optional<config::Settings> load(Terminal& terminal) const;
};

}  // namespace kedge::node::cli
