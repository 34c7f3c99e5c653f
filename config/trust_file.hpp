// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/load.hpp"
#include "crypto/bytes.hpp"

/// The trust file of a verifier: the log's key, and for each ledger why one of its blocks is
/// believed.
namespace kedge::config {

/// How the validators of a chain seal its blocks.
enum class SealRules : std::uint8_t { ibft2, qbft };

/// The validators of the blocks `from_block` to `to_block`, both included.
struct ValidatorRange {
  std::uint64_t from_block = 0;
  std::uint64_t to_block = std::numeric_limits<std::uint64_t>::max();
  SealRules rules = SealRules::qbft;
  /// Ascending, each once.
  std::vector<std::array<std::uint8_t, 20>> addresses;
};

/// Validators by height; the ranges do not overlap.
struct TrustedValidators {
  std::vector<ValidatorRange> ranges;
};

struct TrustedBlock {
  std::uint64_t number = 0;
  Hash hash{};
};

/// Blocks by their hashes, got from somewhere that the verifier believes.
struct TrustedBlocks {
  std::vector<TrustedBlock> blocks;
};

/// Nodes of the chain, at least `agree` of which must name the same block.
struct TrustedEndpoints {
  std::vector<std::string> urls;
  std::uint32_t agree = 1;
};

struct TrustedLedger {
  std::uint64_t chain_id = 0;
  std::array<std::uint8_t, 20> contract{};
  Hash log_id{};
  /// Keccak-256 of the contract's runtime code, where the verifier insists on it.
  std::optional<Hash> code_hash;
  std::variant<TrustedValidators, TrustedBlocks, TrustedEndpoints> blocks;
};

/// Who may be asked about the credential itself: its issuer's keys, its status. All empty: nobody.
struct TrustedCredentials {
  /// Files with DID documents that are believed.
  std::vector<std::string> did_documents;
  /// Base URL of EBSI's DID Registry API v5.
  std::string did_registry;
  /// Origins (`https://host[:port]`) from which status lists may be fetched.
  std::vector<std::string> status_hosts;
  /// DIDs whose status lists are believed besides those of a credential's own issuer.
  std::vector<std::string> status_issuers;
  /// PEM file of the certificates to trust for all of these; empty: the system's.
  std::string ca_file;
};

struct TrustFile {
  /// Verifier keys of the log (`name+id+key`), not yet parsed.
  std::vector<std::string> log_keys;
  std::vector<TrustedLedger> ledgers;
  TrustedCredentials credentials;
};

/// A trust file, or every reason why there is none.
struct LoadedTrust {
  TrustFile trust;
  std::vector<Problem> problems;

  [[nodiscard]] bool ok() const { return problems.empty(); }
};

/// Bounds: of a file, and of what it lists.
inline constexpr std::size_t kMaxTrustFile = 1U << 20U;
inline constexpr std::size_t kMaxTrustItems = 1024;

/// Reads TOML strictly: an unknown key, a missing one, a wrong type and a value out of range are
/// problems, and all of them are reported at once. See README.md for the keys.
LoadedTrust parse_trust_file(std::string_view toml);

/// The same for a file; a file that cannot be read is one problem. Files that it names without a
/// root are looked for beside it.
LoadedTrust load_trust_file(const std::filesystem::path& file);

}  // namespace kedge::config
