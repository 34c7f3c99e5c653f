// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "node/cli/exit_status.hpp"

namespace kedge::node::cli {

class Arguments;
class Terminal;

/// One command of `kedge`. Made, declared and run once, in this order.
class Command {
 public:
  virtual ~Command() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  /// One line, for the list of commands.
  [[nodiscard]] virtual std::string summary() const = 0;
  virtual void declare(Arguments& arguments) = 0;
  virtual ExitStatus run(Terminal& terminal) = 0;
};

/// Every command, in the order of the help. A new one is a file `cmd_<name>.cpp` that defines its
/// maker, and a line here and in command.cpp.
std::vector<std::unique_ptr<Command>> make_commands();

std::unique_ptr<Command> make_audit_command();
std::unique_ptr<Command> make_backup_command();
std::unique_ptr<Command> make_bench_command();
std::unique_ptr<Command> make_completion_command();
std::unique_ptr<Command> make_config_command();
std::unique_ptr<Command> make_fsck_command();
std::unique_ptr<Command> make_init_command();
std::unique_ptr<Command> make_issuer_command();
std::unique_ptr<Command> make_ledger_command();
std::unique_ptr<Command> make_manual_command();
std::unique_ptr<Command> make_node_command();
std::unique_ptr<Command> make_prove_command();
std::unique_ptr<Command> make_record_command();
std::unique_ptr<Command> make_restore_command();
std::unique_ptr<Command> make_revoke_command();
std::unique_ptr<Command> make_sample_command();
std::unique_ptr<Command> make_status_command();
std::unique_ptr<Command> make_submit_command();
std::unique_ptr<Command> make_verify_command();

}  // namespace kedge::node::cli
