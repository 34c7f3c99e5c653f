// SPDX-License-Identifier: Apache-2.0
#include "node/cli/node_options.hpp"

#include "config/load.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {

void NodeOptions::declare(Arguments& arguments) {
  arguments.option("--data", data, "DIR", "Data directory (default ./kedge-data)");
  arguments.option("--config", config, "FILE",
                   "Settings (default kedge.toml of the data directory, if there is one)");
}

std::optional<config::Settings> NodeOptions::load(Terminal& terminal) const {
  config::Settings settings;
  if (!data.empty()) settings.data_dir = data;

  std::filesystem::path file = config;
  if (file.empty()) {
    std::error_code ignored;
    file = config::DataDir(settings.data_dir).settings();
    if (!std::filesystem::exists(file, ignored)) return settings;
  }
  config::Loaded loaded = config::load_settings(file, settings);
  if (!loaded.ok()) {
    std::string text = config::describe(loaded.problems, file.string());
    text.pop_back();
    terminal.note(text);
    return std::nullopt;
  }
  // The command line wins over the file; a directory's own file does not move the directory.
  if (!data.empty() || config.empty()) loaded.settings.data_dir = settings.data_dir;
  return std::move(loaded.settings);
}

}  // namespace kedge::node::cli
