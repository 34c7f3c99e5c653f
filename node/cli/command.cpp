// SPDX-License-Identifier: Apache-2.0
#include "node/cli/command.hpp"

namespace kedge::node::cli {

std::vector<std::unique_ptr<Command>> make_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(make_init_command());
  commands.push_back(make_node_command());
  commands.push_back(make_sample_command());
  commands.push_back(make_submit_command());
  commands.push_back(make_prove_command());
  commands.push_back(make_verify_command());
  commands.push_back(make_audit_command());
  commands.push_back(make_revoke_command());
  commands.push_back(make_status_command());
  commands.push_back(make_issuer_command());
  commands.push_back(make_record_command());
  commands.push_back(make_fsck_command());
  commands.push_back(make_backup_command());
  commands.push_back(make_restore_command());
  commands.push_back(make_bench_command());
  commands.push_back(make_ledger_command());
  commands.push_back(make_config_command());
  commands.push_back(make_completion_command());
  commands.push_back(make_manual_command());
  return commands;
}

}  // namespace kedge::node::cli
