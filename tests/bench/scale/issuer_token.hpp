// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

/// How the load and the node of the growth measurement name an issuer.
namespace kedge::bench {

inline constexpr std::size_t kIssuerDigits = 6;

/// `000042`.
inline std::string issuer_number(std::uint64_t issuer) {
  std::string digits = std::to_string(issuer);
  return std::string(kIssuerDigits - digits.size(), '0') + digits;
}

inline std::string issuer_name(std::uint64_t issuer) {
  return "did:example:issuer-" + issuer_number(issuer);
}

}  // namespace kedge::bench
