// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// How far a credential has come. Each state includes the ones before.
enum class CredentialState : std::uint8_t {
  /// Durable.
  accepted,
  /// In a signed checkpoint.
  sealed,
  /// A checkpoint that covers it is on a ledger.
  anchored,
  /// … and will stay there, by the ledger's rule.
  final,
};

/// `accepted`, `sealed`, `anchored` or `final`.
std::string_view state_name(CredentialState state);

/// invalid_argument naming the four names.
Result<CredentialState> state_from_name(std::string_view name);

/// The anchor that a proof of something in the epoch `epoch` should use: the earliest final one
/// that covers it, on the first of `preferred` that has one (then on any other ledger, by name),
/// else the same among the mined ones, else nullopt.
Result<std::optional<AnchorRow>> best_anchor(const StoreReader& reader, std::uint64_t epoch,
                                             const std::vector<std::string>& preferred);

/// The state of a sealed credential whose best anchor this is.
CredentialState anchored_state(const std::optional<AnchorRow>& anchor);

/// How far the credential has come on any ledger: a few point reads. not_found if there is no
/// such credential.
Result<CredentialState> credential_state(const StoreReader& reader, const Location& where);

}  // namespace kedge::node
