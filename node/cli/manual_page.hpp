// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "node/cli/command_table.hpp"

/// Manual pages in man(7) macros.
namespace kedge::node::cli {

/// kedge(1): all commands in a line each.
std::string main_page(std::span<const CommandText> commands);
/// kedge-NAME(1).
std::string command_page(const CommandText& command);

}  // namespace kedge::node::cli
