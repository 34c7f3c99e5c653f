// SPDX-License-Identifier: Apache-2.0
#include "node/anchoring/acceptance.hpp"

#include <algorithm>

#include "crypto/random.hpp"

namespace kedge::node {

Acceptance::Acceptance(IssuerId issuer, std::size_t items) : index_(items) {
  run_.issuer = issuer;
  digests_.reserve(items);
  items_.reserve(items);
}

std::size_t Acceptance::add_call(std::span<const SubmitItem> items) {
  for (const SubmitItem& item : items) {
    const auto [number, is_new] = index_.insert(item.digest);
    if (is_new) digests_.push_back({.profile = item.profile});
    items_.push_back({.digest = number, .first = is_new});
  }
  call_ends_.push_back(items_.size());
  return call_ends_.size() - 1;
}

void Acceptance::place(std::span<const std::optional<Location>> stored, std::uint64_t next_position,
                       std::uint64_t time_ms) {
  run_.first_position = next_position;
  run_.time_ms = time_ms;
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    digests_[i].stored = stored[i].has_value();
    digests_[i].position = stored[i] ? stored[i]->position : next_position++;
  }
  std::size_t begin = 0;
  for (const std::size_t end : call_ends_) {
    std::uint32_t added = 0;
    for (std::size_t i = begin; i < end; ++i) {
      if (items_[i].first && !digests_[items_[i].digest].stored) ++added;
    }
    if (added > 0) run_.call_sizes.push_back(added);
    begin = end;
  }
  write_leaves();
}

void Acceptance::write_leaves() {
  const auto fresh = static_cast<std::size_t>(
      std::count_if(digests_.begin(), digests_.end(), [](const Digest& d) { return !d.stored; }));
  if (fresh == 0) return;
  std::vector<Salt> salts(fresh);
  crypto::random_bytes({salts.data()->data(), salts.size() * sizeof(Salt)});
  run_.leaves.resize(fresh * LeafEntry::kSize);
  std::size_t row = 0;
  for (std::size_t i = 0; i < digests_.size(); ++i) {
    if (digests_[i].stored) continue;
    const LeafBytes leaf = encode_leaf(
        {.profile = digests_[i].profile, .salt = salts[row], .digest = index_.digests()[i]});
    std::copy(leaf.begin(), leaf.end(),
              run_.leaves.begin() + static_cast<std::ptrdiff_t>(row * LeafEntry::kSize));
    ++row;
  }
}

std::vector<SubmittedItem> Acceptance::answer(std::size_t call) const {
  const std::size_t begin = call == 0 ? 0 : call_ends_[call - 1];
  std::vector<SubmittedItem> answer;
  answer.reserve(call_ends_[call] - begin);
  for (std::size_t i = begin; i < call_ends_[call]; ++i) {
    const Digest& digest = digests_[items_[i].digest];
    answer.push_back({.position = digest.position, .duplicate = digest.stored || !items_[i].first});
  }
  return answer;
}

}  // namespace kedge::node
