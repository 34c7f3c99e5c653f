// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <span>

#include "node/store/store.hpp"

namespace kedge::node {

/// Follows the issuers through a seal: from the stored row, over the batches, then the status
/// entries, to the row of the seal.
class IssuerSteps {
 public:
  /// `next_positions` as for check_seal. Both must outlive it.
  IssuerSteps(const StoreReader& before, std::span<const std::uint64_t> next_positions)
      : before_(before), next_positions_(next_positions) {}

  /// The hash of the batch's issuer.
  Result<Hash> batch(const BatchRow& row);
  /// The hash of the status entry's issuer. A second one of an issuer is invalid_argument.
  Result<Hash> status(const StatusRow& row);
  /// The issuer's row after the seal must be where its entries have led.
  Status row(const IssuerRow& row);
  /// Whether every issuer with an entry has its row.
  [[nodiscard]] Status finish() const;

 private:
  struct Step {
    IssuerRow stored;
    std::uint64_t position = 0;
    std::uint64_t seq = 0;
    /// Of the newest entry in this seal.
    std::uint64_t log_index = 0;
    Hash status_root{};
    bool has_status = false;
    bool seen = false;
  };

  Result<Step*> find(IssuerId id);
  static Status follow(Step& step, std::uint64_t issuer_seq, std::uint64_t log_index,
                       std::string_view what);

  const StoreReader& before_;
  const std::span<const std::uint64_t> next_positions_;
  std::map<IssuerId, Step> steps_;
};

/// The status entries of a seal, after its batches. Part of check_seal.
Status check_statuses(const Seal& seal, const StoreReader& before, IssuerSteps& steps);

}  // namespace kedge::node
