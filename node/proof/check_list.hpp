// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "node/proof/bundle_checks.hpp"
#include "node/proof/verdict.hpp"

namespace kedge::node {

/// Collects what a verification finds: the checks in the order in which they are made, and the
/// reasons that stand against `valid`. Not thread-safe.
class CheckList {
 public:
  void passed(std::string name, std::string detail) {
    verdict_.checks.push_back({std::move(name), CheckResult::passed, std::move(detail)});
  }
  void not_done(std::string name, std::string why) {
    verdict_.checks.push_back({std::move(name), CheckResult::not_done, std::move(why)});
  }
  /// A reason that speaks for `unknown` says that the check could not be done.
  void note(std::string name, Reason reason) {
    const bool contradicts = reason_outcome(reason.code) == Outcome::invalid;
    verdict_.checks.push_back({std::move(name),
                               contradicts ? CheckResult::failed : CheckResult::not_done,
                               reason.message});
    add(std::move(reason));
  }
  void take(std::string name, const Finding& finding, std::string detail) {
    if (finding) return note(std::move(name), *finding);
    passed(std::move(name), std::move(detail));
  }
  /// Without a check of its own.
  void add(Reason reason) { verdict_.reasons.push_back(std::move(reason)); }

  [[nodiscard]] std::size_t reason_count() const noexcept { return verdict_.reasons.size(); }

 private:
  friend Verdict conclude_verdict(CheckList list, Reason rests_on, std::vector<std::string> trust);

  Verdict verdict_;
};

/// The verdict on what was found: `invalid` reasons first, and without any reason `valid` because
/// of `rests_on`, on the word of `trust`.
Verdict conclude_verdict(CheckList list, Reason rests_on, std::vector<std::string> trust);

}  // namespace kedge::node
