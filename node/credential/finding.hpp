// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include "node/proof/verdict.hpp"

namespace kedge::node {

/// What came of one check of a credential.
struct CredentialFinding {
  Check check;
  /// Why it did not pass; whether that makes the check failed or not done is the code's own.
  /// Without a code, `not_done` says only that there was nothing to check.
  std::optional<ReasonCode> code;
};

inline CredentialFinding finding_passed(std::string name, std::string detail) {
  return {{std::move(name), CheckResult::passed, std::move(detail)}, std::nullopt};
}

inline CredentialFinding finding_not_done(std::string name, std::string why) {
  return {{std::move(name), CheckResult::not_done, std::move(why)}, std::nullopt};
}

inline CredentialFinding finding_against(std::string name, ReasonCode code, std::string message) {
  const bool contradicts = reason_outcome(code) == Outcome::invalid;
  return {{std::move(name), contradicts ? CheckResult::failed : CheckResult::not_done,
           std::move(message)},
          code};
}

}  // namespace kedge::node
