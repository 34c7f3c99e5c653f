// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace kedge::node {

struct ProverOptions {
  /// Names of ledgers, the one that proves most first; others come after these, by name.
  std::vector<std::string> ledgers;
  /// Called with the reason whenever stored data fail the prover's own verification, from the
  /// thread that asked for the proof.
  std::function<void(std::string_view reason)> on_corrupt;
};

}  // namespace kedge::node
