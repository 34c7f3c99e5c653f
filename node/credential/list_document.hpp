// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "node/credential/status_check.hpp"

namespace kedge::node {

/// `other`: application-specific values of Token Status Lists (section 7.1).
enum class ListedStatus : std::uint8_t { valid, revoked, suspended, other };

/// What a fetched list says of one entry, or why it is not believed.
struct ListReading {
  std::optional<ReasonCode> refusal;
  std::string message;
  ListedStatus value = ListedStatus::valid;
};

/// The media types that are asked for.
std::string_view accepted_types(StatusEntryKind kind);

/// Checks the document as check_credential_status() says, its signature included, and looks the
/// entry up. `issuer` is the credential's.
ListReading read_list(const std::string& document, const CredentialStatusEntry& entry,
                      const std::string& issuer, const StatusLookUp& look_up);

}  // namespace kedge::node
