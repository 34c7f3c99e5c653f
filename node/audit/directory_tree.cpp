// SPDX-License-Identifier: Apache-2.0
#include "node/audit/directory_tree.hpp"

#include <algorithm>

#include "crypto/tree_hash.hpp"

namespace kedge::node {

void DirectoryTree::assign(std::vector<Hash> leaf_hashes) {
  levels_.assign(1, std::move(leaf_hashes));
  changed_.clear();
  while (levels_.back().size() > 1) {
    levels_.emplace_back((levels_.back().size() + 1) / 2);
    const std::size_t level = levels_.size() - 1;
    for (std::size_t i = 0; i < levels_[level].size(); ++i) climb(level, i);
  }
}

void DirectoryTree::set(std::size_t index, const Hash& leaf_hash) {
  levels_.front()[index] = leaf_hash;
  changed_.push_back(index);
}

Hash DirectoryTree::root() {
  for (std::size_t level = 1; level < levels_.size(); ++level) {
    for (std::size_t& index : changed_) index /= 2;
    std::sort(changed_.begin(), changed_.end());
    changed_.erase(std::unique(changed_.begin(), changed_.end()), changed_.end());
    for (const std::size_t index : changed_) climb(level, index);
  }
  changed_.clear();
  return levels_.back().empty() ? crypto::empty_root() : levels_.back().front();
}

void DirectoryTree::climb(std::size_t level, std::size_t index) {
  const std::vector<Hash>& below = levels_[level - 1];
  const std::size_t left = 2 * index;
  levels_[level][index] =
      left + 1 < below.size() ? crypto::node_hash(below[left], below[left + 1]) : below[left];
}

}  // namespace kedge::node
