// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "node/anchoring/digest_index.hpp"
#include "node/anchoring/submission.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// Turns the calls that one issuer has in a group commit into a run: finds duplicates within the
/// group, gives positions and salts. Use in this order: `add_call` for each call, `place`,
/// `take_run`, `answer`. Not thread-safe.
class Acceptance {
 public:
  /// `items`: how many items all calls have together.
  Acceptance(IssuerId issuer, std::size_t items);

  /// The number of the call, from 0.
  std::size_t add_call(std::span<const SubmitItem> items);

  /// The distinct digests of all calls: what Store::locate_many is to be asked.
  [[nodiscard]] const std::vector<Hash>& digests() const noexcept { return index_.digests(); }

  /// `stored[i]`: where the issuer already has `digests()[i]`. The others get the positions from
  /// `next_position` on in order of their first appearance, and a fresh salt. Throws
  /// std::runtime_error if the system has no randomness.
  void place(std::span<const std::optional<Location>> stored, std::uint64_t next_position,
             std::uint64_t time_ms);

  /// What is new; without leaves if nothing is. Call once.
  [[nodiscard]] Run take_run() { return std::move(run_); }

  /// The items of a call in its order. The state of a duplicate is left `accepted`.
  [[nodiscard]] std::vector<SubmittedItem> answer(std::size_t call) const;

 private:
  struct Item {
    /// Number of the digest.
    std::uint32_t digest = 0;
    /// The digest stands here for the first time in the group.
    bool first = false;
  };
  struct Digest {
    std::uint64_t position = 0;
    bool stored = false;
    crypto::DigestProfile profile = crypto::DigestProfile::bytes;
  };

  void write_leaves();

  DigestIndex index_;
  std::vector<Digest> digests_;
  std::vector<Item> items_;
  /// Where each call's items end in `items_`.
  std::vector<std::size_t> call_ends_;
  Run run_;
};

}  // namespace kedge::node
