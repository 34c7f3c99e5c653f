// SPDX-License-Identifier: Apache-2.0
#include "node/proof/check_list.hpp"

#include <algorithm>

namespace kedge::node {

Verdict conclude_verdict(CheckList list, Reason rests_on, std::vector<std::string> trust) {
  Verdict verdict = std::move(list.verdict_);
  std::stable_sort(verdict.reasons.begin(), verdict.reasons.end(),
                   [](const Reason& a, const Reason& b) {
                     return reason_outcome(a.code) == Outcome::invalid &&
                            reason_outcome(b.code) != Outcome::invalid;
                   });
  if (!verdict.reasons.empty()) {
    verdict.outcome = reason_outcome(verdict.reasons.front().code);
    return verdict;
  }
  verdict.outcome = Outcome::valid;
  verdict.reasons.push_back(std::move(rests_on));
  verdict.trust = std::move(trust);
  return verdict;
}

}  // namespace kedge::node
