// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::node {

/// Why a status was set: those reasons of RFC 5280 section 5.3.1 that fit a credential, with its
/// numbers. Kept for the issuer and the operator, never shown to anybody else.
enum class StatusReason : std::uint8_t {
  unspecified = 0,
  key_compromise = 1,
  affiliation_changed = 3,
  superseded = 4,
  cessation_of_operation = 5,
  certificate_hold = 6,
  privilege_withdrawn = 9,
};

/// As RFC 5280 writes it, such as `keyCompromise`.
std::string_view reason_name(StatusReason reason);

/// invalid_argument that names all of them.
Result<StatusReason> reason_from_name(std::string_view name);

/// The way back from a stored number; corrupt if it is none of them.
Result<StatusReason> reason_from_number(std::uint8_t number);

}  // namespace kedge::node
