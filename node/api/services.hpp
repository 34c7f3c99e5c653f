// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "crypto/signed_note.hpp"
#include "ledger/ledger.hpp"
#include "node/access/token_store.hpp"
#include "node/anchoring/anchorer.hpp"
#include "node/anchoring/clock.hpp"
#include "node/anchoring/progress.hpp"
#include "node/anchoring/sequencer.hpp"
#include "node/anchoring/writes.hpp"
#include "node/backup/make_backup.hpp"
#include "node/proof/prover.hpp"
#include "node/status/issuer_index.hpp"
#include "node/status/list_publisher.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

class Webhooks;

/// A ledger that this node writes to, as the interface tells of it.
struct LedgerService {
  std::string name;
  /// `embedded`, `evm` or `ebsi`.
  std::string kind;
  ledger::Capabilities capabilities;
  const Anchorer* anchorer = nullptr;
};

/// Published status lists, as the interface serves them.
struct ListService {
  std::uint64_t ttl_ms = 300'000;
  std::shared_ptr<IssuerIndex> issuers = std::make_shared<IssuerIndex>();
  /// The keys of the lists, for their public halves; nullptr if there are none. Thread-safe.
  SignerSource signers = nullptr;
};

/// Of published status lists.
struct StatusService {
  /// What the URLs in credentials begin with, without a slash at the end; empty where lists are not
  /// published.
  std::string base_url;
  /// See ebsi_proxy_of.
  std::vector<std::string> ebsi_proxies = {};
};

/// Who may do what, for operators to change.
struct AccessService {
  /// nullptr: there are no API tokens here.
  TokenStore* tokens = nullptr;
  /// Makes what an issuer needs besides its name, such as a key for its lists; may be empty.
  /// Thread-safe.
  std::function<Status(const std::string& issuer)> issuer_made = {};
  /// Reading needs a known caller with the scope `read`.
  bool reads_closed = false;
};

/// Backups of the data directory.
struct BackupService {
  using Done = std::function<void(Result<MadeBackup>)>;
  /// Makes one of this name in the configured folder, or of a name that says when; empty where none
  /// can be made. Answers from a thread of its own, or at once: too_busy while another one is
  /// made, unavailable where no folder is configured, else as make_backup. Thread-safe.
  std::function<void(std::string name, Done done)> make = {};
};

/// What the methods stand on. Everything must outlive the server and every Reply that a method has
/// taken; so the server stops first, then the sequencer and progress, which answer what they hold.
struct Services {
  const Store& store;
  /// To look at; what is to be written goes through `writes`.
  const Sequencer& sequencer;
  Writes& writes;
  Progress& progress;
  const Prover& prover;
  const Clock& clock;
  /// Verifies the checkpoints of this node's log.
  crypto::NoteVerifier log_key;
  std::vector<LedgerService> ledgers;
  /// The node's own version, such as `0.1.0`.
  std::string version;
  ListService lists = {};
  StatusService status = {};
  AccessService access = {};
  /// Set once the node has been told to end and takes no new work for long.
  const std::atomic<bool>* draining = nullptr;
  BackupService backup = {};
  /// nullptr: nobody is told anything.
  const Webhooks* webhooks = nullptr;
};

}  // namespace kedge::node
