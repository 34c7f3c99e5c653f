// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/result.hpp"

namespace kedge::node {

enum class StatusEntryKind : std::uint8_t {
  /// `StatusList2021Entry`, as EBSI uses it.
  status_list_2021,
  /// `BitstringStatusListEntry` (W3C Bitstring Status List v1.0 section 2.1).
  bitstring,
  /// `status.status_list` (Token Status List section 6).
  token,
  /// Another type of status, which is not looked up here.
  other,
};

/// Where the issuer publishes the status of a credential.
struct CredentialStatusEntry {
  StatusEntryKind kind = StatusEntryKind::other;
  /// Of the member, such as `credentialStatus[0]`.
  std::string path;
  /// `type`; `status_list` for tokens.
  std::string type;
  /// `revocation`, `suspension`, `message`, …; empty for tokens, whose values say it.
  std::string purpose;
  std::uint64_t index = 0;
  /// Bits an entry, where the credential states them.
  std::uint64_t entry_bits = 1;
  /// URL of the list.
  std::string list;
};

/// Most entries of one credential.
inline constexpr std::size_t kMaxStatusEntries = 16;

/// `credentialStatus` of a VCDM credential: an object or an array of them. `path` is that of the
/// member, for errors.
Result<std::vector<CredentialStatusEntry>> read_credential_status(const nlohmann::json& member,
                                                                  const std::string& path);

/// `status` of a JWT (Token Status List section 6.1). Without `status_list` it is of another type.
Result<std::vector<CredentialStatusEntry>> read_token_status(const nlohmann::json& member,
                                                             const std::string& path);

}  // namespace kedge::node
