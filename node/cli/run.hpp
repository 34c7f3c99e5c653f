// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "node/cli/exit_status.hpp"

namespace kedge::node::cli {

class Terminal;

/// Parses the words after the program's name and runs the command that they name. Catches every
/// exception: what reaches it is a fault of ours or a machine without memory.
ExitStatus run(std::span<const std::string> words, Terminal& terminal);

}  // namespace kedge::node::cli
