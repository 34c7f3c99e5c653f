// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "node/store/status_store.hpp"

namespace kedge::node {

/// What the writing thread has been told of targets since it began to decide on changes (see
/// Store::before_changes), so that the engine need not read it once more to check what was decided.
/// As large as a group commit. Not thread-safe.
class KnownTargets {
 public:
  using Standing = std::optional<TargetStatus>;

  /// nullptr if nobody has asked; an empty standing is that of a target that was never changed.
  [[nodiscard]] const Standing* find(IssuerId issuer, const StatusTarget& target) const {
    const auto found = known_.find({issuer, target});
    return found == known_.end() ? nullptr : &found->second;
  }
  void keep(IssuerId issuer, const StatusTarget& target, const Standing& standing) {
    known_.insert_or_assign({issuer, target}, standing);
  }
  void forget() { known_.clear(); }

 private:
  struct Key {
    IssuerId issuer = 0;
    StatusTarget target;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hasher {
    std::size_t operator()(const Key& key) const noexcept {
      // Indexes are chosen by the node; a multiplication spreads runs of them.
      constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;
      const std::uint64_t list = (std::uint64_t{key.issuer} << 32) | key.target.list;
      return static_cast<std::size_t>((key.target.index ^ list * kOdd) * kOdd);
    }
  };

  std::unordered_map<Key, Standing, Hasher> known_;
};

}  // namespace kedge::node
