// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "crypto/signed_note.hpp"
#include "node/anchoring/log_writer.hpp"
#include "node/anchoring/submission.hpp"
#include "node/status/status_acceptance.hpp"
#include "node/store/store.hpp"

namespace kedge::test {

inline constexpr std::string_view kOrigin = "log.example/kedge";

/// Always the same key.
crypto::NoteSigner make_signer(std::string_view origin = kOrigin);

node::StoreIdentity make_identity();

/// The digest of the credential that a test calls `number`.
Hash digest_of(std::uint64_t number);
/// Items of profile `jws` with these digests.
std::vector<node::SubmitItem> items_of(std::uint64_t first, std::size_t count);

/// What the sequencer does with one call, without its thread.
Result<std::vector<node::SubmittedItem>> submit(node::LogWriter& log, const node::Store& store,
                                                node::IssuerId issuer,
                                                const std::vector<node::SubmitItem>& items,
                                                std::uint64_t now_ms);

/// The same with a call that sets statuses.
Result<std::vector<node::TargetResult>> set_status(node::LogWriter& log, const node::Store& store,
                                                   node::IssuerId issuer,
                                                   const std::vector<node::WantedStatus>& targets,
                                                   std::uint64_t now_ms);

/// The same with a call for indexes of published lists, of both purposes.
Result<node::AllocateStatusResult> allocate(node::LogWriter& log, const node::Store& store,
                                            node::IssuerId issuer, std::uint32_t count,
                                            const std::string& key, std::uint64_t now_ms);

/// Reads the whole log and derives everything anew in the most naive way: entries, issuers' chains,
/// positions, batch roots and nodes, status lists, directories, tiles, checkpoints and their
/// consistency. Empty if all fits, else the first thing that does not.
std::string audit_log(const node::StoreReader& reader);

/// What a client has been promised, and what it has seen.
struct Promises {
  struct Accepted {
    std::string issuer;
    Hash digest{};
    std::uint64_t position = 0;
  };
  struct Changed {
    std::string issuer;
    node::TargetResult result;
  };
  struct Allocated {
    std::string issuer;
    std::string key;
    std::vector<node::StatusTarget> entries;
  };
  std::vector<Accepted> accepted;
  std::vector<Changed> changed;
  std::vector<Allocated> allocated;
  std::vector<node::CheckpointRow> checkpoints;

  void add(std::string_view issuer, const std::vector<node::SubmitItem>& items,
           const std::vector<node::SubmittedItem>& answers);
  void add(std::string_view issuer, const std::vector<node::TargetResult>& answers);
};

/// Whether the store keeps every promise: each credential is at its position, each status change
/// has its number, time and value, each index is handed out once and to whom it was promised, and
/// each checkpoint is a prefix of the log. Empty if so.
std::string check_promises(const node::Store& store, const Promises& promises);

}  // namespace kedge::test
