// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/bytes.hpp"

namespace kedge::node {

/// What a published list says besides the statuses.
struct ListTerms {
  /// Where the document is served: its `id` or `sub`.
  std::string uri = {};
  /// The issuer's name: a DID or another URI.
  std::string issuer = {};
  /// Milliseconds since 1970. The documents tell whole seconds, rounded down.
  std::uint64_t issued_ms = 0;
  std::uint64_t valid_until_ms = 0;
  /// How long a reader may keep it: milliseconds in the W3C list, seconds in a Token Status List.
  std::uint64_t ttl_ms = 0;
  /// Token Status List section 9.3; left out if empty.
  std::string aggregation_uri = {};
  /// `credentialSchema.id` of the list for EBSI.
  std::string ebsi_schema = {};
};

/// `2026-06-30T12:00:00Z`: XSD dateTimeStamp in whole seconds, rounded down.
std::string second_time(std::uint64_t time_ms);

}  // namespace kedge::node
