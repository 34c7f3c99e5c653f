// SPDX-License-Identifier: Apache-2.0
#include "crypto/tree.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

#include "crypto/sha256_batch.hpp"

namespace kedge::crypto {

Tree::Tree(std::vector<Hash> leaf_hashes) : leaves_(std::move(leaf_hashes)) {
  std::size_t nodes = 0;
  for (std::uint32_t l = 1; l < level_count(); ++l) {
    begin_[l] = nodes;
    nodes += size() >> l;
  }
  upper_.resize(nodes);
  for (std::uint32_t l = 1; l < level_count(); ++l) {
    hash_nodes(level(l - 1).data(), size() >> l, upper_.data() + begin_[l]);
  }

  // From the bottom up: what is right of the complete subtrees of level l is the odd node of the
  // level below, if there is one, and to its right what was ragged there.
  ragged_.resize(level_count() + 1);
  for (std::uint32_t l = 0; l < level_count(); ++l) {
    const bool odd = ((size() >> l) & 1) != 0;
    const bool was_ragged = (size() & ((std::uint64_t{1} << l) - 1)) != 0;
    if (odd && was_ragged) {
      ragged_[l + 1] = node_hash(level(l).back(), ragged_[l]);
    } else if (odd) {
      ragged_[l + 1] = level(l).back();
    } else {
      ragged_[l + 1] = ragged_[l];
    }
  }
}

Hash Tree::root() const {
  // At the level above the highest complete subtree everything is ragged.
  return size() == 0 ? empty_root() : ragged_.back();
}

std::uint32_t Tree::level_count() const noexcept {
  return static_cast<std::uint32_t>(std::bit_width(std::max<std::uint64_t>(size(), 1)));
}

std::span<const Hash> Tree::level(std::uint32_t level) const noexcept {
  if (level == 0) return leaves_;
  if (level >= level_count()) return {};
  return std::span(upper_).subspan(begin_[level], size() >> level);
}

const Hash& Tree::node(std::uint32_t level, std::uint64_t index) const {
  if (index >= size() >> level) return ragged_[level];
  return level == 0 ? leaves_[index] : upper_[begin_[level] + index];
}

void Tree::append_path(std::uint32_t level, std::uint64_t index, std::vector<Hash>& path) const {
  std::uint64_t last = (size() - 1) >> level;
  for (; last > 0; ++level, index >>= 1, last >>= 1) {
    const bool has_sibling = (index & 1) != 0 || index != last;
    if (has_sibling) path.push_back(node(level, index ^ 1));
  }
}

std::vector<Hash> Tree::inclusion_path(std::uint64_t index) const {
  std::vector<Hash> path;
  append_inclusion_path(index, path);
  return path;
}

void Tree::append_inclusion_path(std::uint64_t index, std::vector<Hash>& path) const {
  if (index >= size()) throw std::out_of_range("no such leaf");
  append_path(0, index, path);
}

void Tree::prefetch_path(std::uint64_t index) const noexcept {
  if (index >= size()) return;
  for (std::uint32_t l = 0; l + 1 < level_count(); ++l, index >>= 1) {
    __builtin_prefetch(&node(l, index ^ 1));
  }
}

std::vector<Hash> Tree::consistency_path(std::uint64_t old_size) const {
  if (old_size == 0 || old_size > size()) throw std::out_of_range("no such earlier tree");
  std::vector<Hash> path;
  if (old_size == size()) return path;
  const auto level = static_cast<std::uint32_t>(std::countr_zero(old_size));
  const std::uint64_t index = (old_size - 1) >> level;
  if (index > 0) path.push_back(node(level, index));
  append_path(level, index, path);
  return path;
}

void Tree::visit_paths(const PathVisitor& visit) const {
  if (size() == 0) return;
  // The path lies at the end of `buffer`. Leaf i and leaf i-1 share all siblings above level
  // countr_zero(i), so only those up to there are written anew, from the top down; `begin[l]` is
  // where the siblings of level l and above start.
  const auto depth = static_cast<std::uint32_t>(std::bit_width(size() - 1));
  std::vector<Hash> buffer(depth);
  std::vector<std::size_t> begin(depth + 1, depth);
  for (std::uint64_t index = 0; index < size(); ++index) {
    const std::uint32_t changed =
        index == 0 ? depth : static_cast<std::uint32_t>(std::countr_zero(index)) + 1;
    for (std::uint32_t l = std::min(changed, depth); l-- > 0;) {
      const std::uint64_t own = index >> l;
      const bool has_sibling = (own & 1) != 0 || own != (size() - 1) >> l;
      begin[l] = begin[l + 1] - (has_sibling ? 1 : 0);
      if (has_sibling) buffer[begin[l]] = node(l, own ^ 1);
    }
    visit(index, std::span<const Hash>(buffer).subspan(begin[0]));
  }
}

}  // namespace kedge::crypto
