// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "crypto/signed_note.hpp"
#include "node/backup/watch.hpp"
#include "node/store/rocks_store.hpp"

namespace kedge::node {

/// Where a log ends.
struct LogHead {
  std::uint64_t size = 0;
  Hash root{};
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

/// Of the newest checkpoint; the empty tree before the first.
Result<LogHead> log_head_of(const StoreReader& reader);

/// Runs fsck_store over a store that nobody has open. corrupt with the first fault, if there is
/// one; unavailable if the watch has stopped it.
Status check_store(const std::filesystem::path& store, const std::filesystem::path& record,
                   const std::string& origin, const crypto::NoteVerifier& log_key,
                   const Watch& watch);

/// What a store that is only looked at may take.
RocksOptions checking_options();

}  // namespace kedge::node
