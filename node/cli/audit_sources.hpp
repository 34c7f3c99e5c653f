// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ledger/evm/block_trust.hpp"
#include "ledger/evm/nodes.hpp"
#include "node/audit/history_audit.hpp"
#include "node/proof/verifier.hpp"

/// Where `kedge audit` gets what it compares: whom it believes, the nodes of the chain, the bundles
/// that others hold.
namespace kedge::node::cli {

/// What a trust file says about one log and one ledger that it is anchored on.
struct AuditTrust {
  /// Of the whole file, for bundles.
  Trust trust;
  /// The ledger that is audited.
  ledger::evm::LedgerTrust ledger;
  /// The name of the log's keys.
  std::string origin;
};

/// `log_id` (0x and hex) chooses among several ledgers; empty where there is one.
/// invalid_argument says what is missing.
Result<AuditTrust> read_audit_trust(const std::string& file, const std::string& log_id);

/// The nodes of the chain: `urls`, else those that the trust names. Each is asked for its chain on
/// every connection, and asked again for up to `patience` when it does not answer. `agree` 0: as
/// many as the trust says for its own nodes, else more than half. invalid_argument for a URL.
Result<std::unique_ptr<ledger::evm::Nodes>> open_chain_nodes(std::vector<std::string> urls,
                                                             const ledger::evm::LedgerTrust& trust,
                                                             std::size_t agree,
                                                             std::chrono::milliseconds patience);

/// A bundle that somebody holds.
struct HeldBundle {
  HeldCheckpoint checkpoint;
  /// Why it proves nothing; nullopt where it contradicts nothing by itself.
  std::optional<HistoryFault> fault;
};

/// invalid_argument or not_found for a file that is no bundle: that says nothing about the log.
Result<HeldBundle> read_held_bundle(const std::string& file, const Trust& trust);

}  // namespace kedge::node::cli
