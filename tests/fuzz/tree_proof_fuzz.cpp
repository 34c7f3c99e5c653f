// SPDX-License-Identifier: Apache-2.0
// Inclusion and consistency proofs with any path, size and index: a proof that verifies is the one
// that the tree gives, octet by octet.
#include <cstring>
#include <vector>

#include "crypto/binary.hpp"
#include "crypto/tree.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;
using fuzz::check;

namespace {

constexpr std::uint64_t kLargest = 70;

Tree tree_of(std::uint64_t size) {
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < size; ++i) {
    const auto octet = static_cast<std::uint8_t>(i);
    leaves.push_back(leaf_hash({&octet, 1}));
  }
  return Tree(std::move(leaves));
}

const Tree& known_tree(std::uint64_t size) {
  static const std::vector<Tree> trees = [] {
    std::vector<Tree> all;
    for (std::uint64_t n = 0; n <= kLargest; ++n) all.push_back(tree_of(n));
    return all;
  }();
  return trees[size];
}

/// The path that the tree gives, after the changes that the input asks for.
std::vector<Hash> changed(std::vector<Hash> path, BinaryReader& in) {
  while (in.remaining() >= 3) {
    const std::size_t at = in.get<std::uint8_t>();
    const std::size_t octet = in.get<std::uint8_t>() % 32;
    const auto change = in.get<std::uint8_t>();
    if (at == 0xff) {
      path.emplace_back();
    } else if (at == 0xfe && !path.empty()) {
      path.pop_back();
    } else if (!path.empty()) {
      path[at % path.size()][octet] ^= change;
    }
  }
  return path;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  BinaryReader in({data, size});
  const std::uint64_t new_size = 1 + in.get<std::uint8_t>() % kLargest;
  const std::uint64_t other = in.get<std::uint8_t>() % new_size;
  const Tree& tree = known_tree(new_size);

  const std::vector<Hash> inclusion = tree.inclusion_path(other);
  BinaryReader same = in;
  const std::vector<Hash> claimed = changed(inclusion, same);
  const bool included =
      verify_inclusion(tree.level(0)[other], other, new_size, claimed, tree.root()).has_value();
  check(included == (claimed == inclusion), "only the tree's own inclusion path verifies");

  const std::uint64_t old_size = other + 1;
  const std::vector<Hash> consistency = tree.consistency_path(old_size);
  const std::vector<Hash> stated = changed(consistency, in);
  const bool consistent =
      verify_consistency(old_size, new_size, stated, known_tree(old_size).root(), tree.root())
          .has_value();
  check(consistent == (stated == consistency), "only the tree's own consistency path verifies");
  return 0;
}
