// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/tree.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// The vectors also hold roots that are no hashes: those cannot reach the verifier at all.
std::optional<Hash> hash_of(const json& text) {
  const auto bytes = base64_decode(text.get<std::string>());
  if (!bytes || bytes->size() != sizeof(Hash)) return std::nullopt;
  Hash hash;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

std::optional<std::vector<Hash>> path_of(const json& proof) {
  std::vector<Hash> path;
  if (proof.is_null()) return path;
  for (const json& item : proof) {
    const auto hash = hash_of(item);
    if (!hash) return std::nullopt;
    path.push_back(*hash);
  }
  return path;
}

bool inclusion_holds(const json& c) {
  const auto leaf = hash_of(c.at("leafHash"));
  const auto root = hash_of(c.at("root"));
  const auto path = path_of(c.at("proof"));
  if (!leaf || !root || !path) return false;
  const auto index = c.at("leafIdx").get<std::uint64_t>();
  const auto size = c.at("treeSize").get<std::uint64_t>();
  return verify_inclusion(*leaf, index, size, *path, *root).has_value();
}

bool consistency_holds(const json& c) {
  const auto old_root = hash_of(c.at("root1"));
  const auto new_root = hash_of(c.at("root2"));
  const auto path = path_of(c.at("proof"));
  const auto old_size = c.at("size1").get<std::uint64_t>();
  const auto new_size = c.at("size2").get<std::uint64_t>();
  if (!path || !old_root || !new_root) {
    // One positive case compares two roots that are no hashes but equal.
    return old_size == new_size && old_size > 0 && c.at("root1") == c.at("root2") &&
           c.at("proof").empty();
  }
  return verify_consistency(old_size, new_size, *path, *old_root, *new_root).has_value();
}

template <class Holds>
void check_folder(const std::filesystem::path& folder, Holds holds, int expected_files) {
  int files = 0;
  for (const auto& item : std::filesystem::recursive_directory_iterator(folder)) {
    if (item.path().extension() != ".json") continue;
    SCOPED_TRACE(item.path().string());
    const json c = json::parse(test::read_file(item.path()));
    EXPECT_EQ(holds(c), !c.at("wantErr").get<bool>()) << c.at("desc");
    ++files;
  }
  EXPECT_GE(files, expected_files);
}

TEST(TreeVectors, Inclusion) {
  KEDGE_NEEDS_VECTORS("tree/inclusion");
  check_folder(vectors, inclusion_holds, 98);
}

TEST(TreeVectors, Consistency) {
  KEDGE_NEEDS_VECTORS("tree/consistency");
  check_folder(vectors, consistency_holds, 98);
}

TEST(TreeVectors, KnownRoots) {
  KEDGE_NEEDS_VECTORS("tree");
  const json known = json::parse(test::read_file(vectors / "known-roots.json"));
  std::vector<Hash> leaves;
  for (const json& input : known.at("leaf_inputs_hex")) {
    leaves.push_back(leaf_hash(*from_hex(input.get<std::string>())));
    EXPECT_EQ(to_hex(leaves.back()), known.at("leaf_hashes_hex")[leaves.size() - 1]);
  }
  const json& roots = known.at("root_hex_by_size");
  ASSERT_EQ(roots.size(), leaves.size() + 1);
  CompactRange range;
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const std::vector<Hash> first(leaves.begin(),
                                  leaves.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(to_hex(tree_root(first)), roots[size]);
    EXPECT_EQ(to_hex(Tree(first).root()), roots[size]);
    EXPECT_EQ(to_hex(range.root()), roots[size]);
    if (size < leaves.size()) range.append(leaves[size]);
  }
}

// From RFC 6962 section 2.1.1 and the first leaves of the classic Certificate Transparency tree, so
// that the tree is checked without the vectors too.
TEST(Tree, KnownAnswers) {
  EXPECT_EQ(to_hex(empty_root()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  const Hash first = leaf_hash({});
  EXPECT_EQ(to_hex(first), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
  const Hash second = leaf_hash(Bytes{0x00});
  EXPECT_EQ(to_hex(node_hash(first, second)),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125");
}

}  // namespace
}  // namespace kedge::crypto
