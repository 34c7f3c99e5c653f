// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/audit/chain_history.hpp"
#include "node/audit/history_audit.hpp"

namespace kedge::node::cli {

class Terminal;

/// What an audit has found, for people and for programs.
struct AuditOutcome {
  std::string origin;
  ledger::evm::LedgerTrust ledger;
  ChainHistory chain;
  HistoryReport report;
  /// Entries that had come from the mirror, and whether there is one.
  std::optional<std::uint64_t> mirrored;
  /// Checkpoints of epochs whose signatures were checked.
  std::uint64_t checkpoints = 0;
  /// Credentials whose leaf hashes were hashed to their batch roots; nullopt without --deep.
  std::optional<std::uint64_t> deep;
  /// Status changes that were replayed; nullopt where there is no node to ask.
  std::optional<std::uint64_t> status_changes;
  std::uint64_t bundles = 0;
  /// One element a fault in `report`: the files that show it to others.
  std::vector<std::vector<std::string>> evidence;
};

void print_audit(Terminal& terminal, const AuditOutcome& outcome);

/// One JSON object; README.md has its members.
std::string audit_to_json(const AuditOutcome& outcome);

}  // namespace kedge::node::cli
