// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/proof/check_list.hpp"
#include "node/proof/trust.hpp"

/// What the anchors of a checkpoint are worth to somebody.
namespace kedge::node {

struct AnchorFindings {
  /// Kinds of the anchors that are accepted.
  std::vector<std::string> accepted;
  /// Where independent ledgers have the checkpoint, and on whose word.
  std::vector<std::string> confirmed;
  std::vector<std::string> ledger_trust;
  /// When the first of them had it, in milliseconds since 1970.
  std::optional<std::uint64_t> confirmed_ms;
};

/// Checks each anchor, under `prefix` and `anchors[i]`, and adds the reasons for which what there
/// is does not do. `checkpoint` is nullptr if there is none that they could be of.
AnchorFindings check_anchors(CheckList& list, const std::string& prefix,
                             const std::vector<std::string>& anchors,
                             const crypto::Checkpoint* checkpoint, const Trust& trust);

/// What a verdict rests on that nothing stands against.
Reason what_it_rests_on(const AnchorFindings& anchors);

/// On whose word it rests, one line for a person each. `signer` is the key of the log.
std::vector<std::string> words_of(const std::string& signer, const AnchorFindings& anchors);

}  // namespace kedge::node
