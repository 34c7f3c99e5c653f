// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "crypto/bytes.hpp"
#include "node/credential/did_resolver.hpp"
#include "node/credential/document_source.hpp"
#include "node/proof/verdict.hpp"

namespace kedge::node {

/// What a verifier insists on: without it, the verdict is `unknown`.
struct Requirements {
  bool signature = false;
  bool validity = false;
  bool status = false;
  friend bool operator==(const Requirements&, const Requirements&) = default;
};

/// `signature`, `validity` and `status`, separated by commas, or `none`. invalid_argument.
Result<Requirements> parse_requirements(std::string_view text);

/// Whom the verifier believes and asks about a credential, and when.
struct CredentialTrust {
  /// Must outlive the call. Not nullptr.
  DidResolver* resolver = nullptr;
  /// nullptr: published status lists are not fetched.
  DocumentSource* status_source = nullptr;
  /// Issuers of lists that are believed besides the credential's own.
  std::vector<std::string> list_issuers;
  /// Milliseconds since 1970: the moment for which validity and lists are judged.
  std::uint64_t now_ms = 0;
  /// Without: the signature of every document that carries one, and the dates of every credential.
  std::optional<Requirements> required;
};

/// Clocks of issuers may differ from the verifier's by this much.
inline constexpr std::int64_t kClockLeewayMs = 60'000;

/// The verdict about the anchoring, with the checks of the credential itself added: its claims, its
/// signature, its dates, its status, all of them, also after one has failed. The result is
/// `invalid` if any check failed; else `unknown` if the anchoring was, or if one could not be done
/// that is required; else `valid`. What was neither done nor required is listed as `not-done` and
/// changes nothing.
///
/// With a status source, the status of every credential that names one is required. Where the
/// bundle holds a status that was verified (the check `status` of `anchoring`), that satisfies it;
/// a published list that says otherwise still counts. `anchored_by` is the issuer in the bundle, or
/// empty.
Verdict verify_credential(Verdict anchoring, ByteView document, std::string_view anchored_by,
                          const CredentialTrust& trust);

}  // namespace kedge::node
