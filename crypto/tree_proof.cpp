// SPDX-License-Identifier: Apache-2.0
#include "crypto/tree_proof.hpp"

#include <bit>
#include <optional>
#include <string>

#include "crypto/tree_hash.hpp"

namespace kedge::crypto {
namespace {

/// Root over leaves [size with the low `level` bits cleared, size): the node at the right edge of
/// that level, which is not complete. Precondition: size is no multiple of 2^level.
Result<Hash> ragged_node(std::uint64_t size, std::uint32_t level, const NodeSource& nodes) {
  std::optional<Hash> root;
  for (std::uint32_t l = 0; l < level; ++l) {
    if (((size >> l) & 1) == 0) continue;
    Result<Hash> peak = nodes(l, (size >> l) - 1);
    if (!peak) return peak;
    root = root ? node_hash(*peak, *root) : *peak;
  }
  return *root;
}

/// Appends the siblings from the complete or ragged node (level, index) up to the root.
Status append_path(std::uint32_t level, std::uint64_t index, std::uint64_t size,
                   const NodeSource& nodes, std::vector<Hash>& path) {
  std::uint64_t last = (size - 1) >> level;
  for (; last > 0; ++level, index >>= 1, last >>= 1) {
    const bool is_right = (index & 1) != 0;
    if (!is_right && index == last) continue;
    const std::uint64_t sibling = index ^ 1;
    const std::uint64_t covered = size & ((std::uint64_t{1} << level) - 1);
    const bool ragged = sibling == last && covered != 0;
    Result<Hash> node = ragged ? ragged_node(size, level, nodes) : nodes(level, sibling);
    if (!node) return std::move(node).error();
    path.push_back(*node);
  }
  return {};
}

std::string range_message(std::string_view what, std::uint64_t a, std::uint64_t b) {
  return std::string(what) + " (" + std::to_string(a) + ", " + std::to_string(b) + ")";
}

Error path_too_short() {
  return invalid_argument("the path has fewer hashes than the sizes need");
}

Error path_too_long() {
  return invalid_argument("the path has more hashes than the sizes need");
}

}  // namespace

Result<Hash> root_from_path(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size,
                            std::span<const Hash> path) {
  if (index >= size) {
    return invalid_argument(range_message("the index is not below the tree size", index, size));
  }
  Hash hash = leaf_hash;
  std::uint64_t last = size - 1;
  std::size_t used = 0;
  for (; last > 0; index >>= 1, last >>= 1) {
    const bool is_right = (index & 1) != 0;
    if (!is_right && index == last) continue;
    if (used == path.size()) return path_too_short();
    const Hash& sibling = path[used++];
    hash = is_right ? node_hash(sibling, hash) : node_hash(hash, sibling);
  }
  if (used != path.size()) return path_too_long();
  return hash;
}

Status verify_inclusion(const Hash& leaf_hash, std::uint64_t index, std::uint64_t size,
                        std::span<const Hash> path, const Hash& root) {
  const Result<Hash> computed = root_from_path(leaf_hash, index, size, path);
  if (!computed) return computed.error();
  if (*computed != root) return invalid_argument("the path leads to another root");
  return {};
}

Status verify_consistency(std::uint64_t old_size, std::uint64_t new_size,
                          std::span<const Hash> path, const Hash& old_root, const Hash& new_root) {
  if (old_size == 0) return invalid_argument("nothing is proved about an empty tree");
  if (old_size > new_size) {
    return invalid_argument(range_message("the old size is above the new", old_size, new_size));
  }
  if (old_size == new_size) {
    if (!path.empty()) return path_too_long();
    if (old_root != new_root) return invalid_argument("equal sizes have different roots");
    return {};
  }

  // The walk starts at the largest complete subtree that ends the old tree. If it is all of the old
  // tree, the proof leaves it out, because its root is the old root.
  const auto level = static_cast<std::uint32_t>(std::countr_zero(old_size));
  std::uint64_t index = (old_size - 1) >> level;
  std::uint64_t last = (new_size - 1) >> level;
  std::size_t used = 0;
  Hash from_old = old_root;
  if (index > 0) {
    if (path.empty()) return path_too_short();
    from_old = path[used++];
  }
  Hash from_new = from_old;
  for (; last > 0; index >>= 1, last >>= 1) {
    const bool is_right = (index & 1) != 0;
    if (!is_right && index == last) continue;
    if (used == path.size()) return path_too_short();
    const Hash& sibling = path[used++];
    if (is_right) {
      from_old = node_hash(sibling, from_old);
      from_new = node_hash(sibling, from_new);
    } else {
      from_new = node_hash(from_new, sibling);
    }
  }
  if (used != path.size()) return path_too_long();
  if (from_old != old_root) return invalid_argument("the path leads to another old root");
  if (from_new != new_root) return invalid_argument("the path leads to another new root");
  return {};
}

Result<Hash> root_from_nodes(std::uint64_t size, const NodeSource& nodes) {
  if (size == 0) return empty_root();
  const auto top = static_cast<std::uint32_t>(std::bit_width(size) - 1);
  const std::uint64_t rest = size ^ (std::uint64_t{1} << top);
  Result<Hash> left = nodes(top, 0);
  if (!left || rest == 0) return left;
  const Result<Hash> right = ragged_node(size, top, nodes);
  if (!right) return right;
  return node_hash(*left, *right);
}

Result<std::vector<Hash>> inclusion_path(std::uint64_t index, std::uint64_t size,
                                         const NodeSource& nodes) {
  if (index >= size) {
    return invalid_argument(range_message("the index is not below the tree size", index, size));
  }
  std::vector<Hash> path;
  const Status status = append_path(0, index, size, nodes, path);
  if (!status) return status.error();
  return path;
}

Result<std::vector<Hash>> consistency_path(std::uint64_t old_size, std::uint64_t new_size,
                                           const NodeSource& nodes) {
  if (old_size == 0 || old_size > new_size) {
    return invalid_argument(range_message("expected 0 < old size <= new size", old_size, new_size));
  }
  std::vector<Hash> path;
  if (old_size == new_size) return path;
  const auto level = static_cast<std::uint32_t>(std::countr_zero(old_size));
  const std::uint64_t index = (old_size - 1) >> level;
  if (index > 0) {
    const Result<Hash> start = nodes(level, index);
    if (!start) return start.error();
    path.push_back(*start);
  }
  const Status status = append_path(level, index, new_size, nodes, path);
  if (!status) return status.error();
  return path;
}

}  // namespace kedge::crypto
