// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "node/cli/command_table.hpp"

/// Scripts that complete the command line of `kedge`, one a shell.
namespace kedge::node::cli {

std::string bash_completion(std::span<const CommandText> commands);
std::string zsh_completion(std::span<const CommandText> commands);
std::string fish_completion(std::span<const CommandText> commands);

}  // namespace kedge::node::cli
