// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <random>

#include "crypto/keccak.hpp"
#include "ledger/evm/rlp.hpp"
#include "ledger/evm/trie_builder.hpp"
#include "ledger/evm/trie_node.hpp"
#include "ledger/evm/trie_proof.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"

namespace kedge::ledger::evm {
namespace {

using test::data_list;
using test::data_of;
using test::hash_of;
using test::json_file;

/// In the official trie tests, `0x…` is octets and everything else the text itself.
Bytes trie_octets(const std::string& text) {
  if (text.starts_with("0x")) return *bytes_from_data(text);
  return {text.begin(), text.end()};
}

std::vector<TrieItem> items_of(const nlohmann::json& in, bool secure) {
  std::map<Bytes, Bytes> state;
  const auto put = [&](const std::string& name, const nlohmann::json& value) {
    Bytes key = trie_octets(name);
    if (secure) {
      const Hash hash = crypto::keccak256(key);
      key.assign(hash.begin(), hash.end());
    }
    state.erase(key);
    if (!value.is_null()) state[key] = trie_octets(value.get<std::string>());
  };
  if (in.is_object()) {
    for (const auto& [name, value] : in.items()) put(name, value);
  } else {
    for (const auto& pair : in) put(pair[0].get<std::string>(), pair[1]);
  }
  std::vector<TrieItem> out;
  for (const auto& [key, value] : state) out.push_back({key, value});
  return out;
}

void expect_proves_all(const std::vector<TrieItem>& items, const Hash& root) {
  for (const TrieItem& item : items) {
    const auto built = build_trie(items, item.key);
    ASSERT_TRUE(built) << built.error().message;
    ASSERT_EQ(built->root, root);
    const auto value = verify_trie_proof(root, item.key, built->proof);
    ASSERT_TRUE(value) << value.error().message;
    ASSERT_EQ(*value, item.value);
  }
}

TEST(Trie, OfficialRootsAndEveryKeyOfThem) {
  KEDGE_NEEDS_VECTORS("ledger/trie");
  std::size_t cases = 0;
  for (const char* file : {"trietest.json", "trieanyorder.json", "trietest_secureTrie.json",
                           "trieanyorder_secureTrie.json", "hex_encoded_securetrie_test.json"}) {
    const bool secure = std::string_view(file).find("ecure") != std::string_view::npos;
    const auto cases_of_file = json_file(vectors / file);
    for (const auto& [name, test] : cases_of_file.items()) {
      SCOPED_TRACE(std::string(file) + " " + name);
      const auto items = items_of(test["in"], secure);
      const Hash root = hash_of(test["root"]);
      const auto built = trie_root(items);
      // Some of the official keys are longer than any that a block has.
      if (!built) {
        EXPECT_EQ(built.error().message, "a trie key has at most 32 octets");
        continue;
      }
      EXPECT_EQ(*built, root);
      expect_proves_all(items, root);
      ++cases;
    }
  }
  EXPECT_GE(cases, 20U);
}

TEST(Trie, ProofsFromChains) {
  KEDGE_NEEDS_VECTORS("ledger/receipts");
  for (const char* file : {"anvil-mixed-types.json", "mainnet-0x14d7970.json"}) {
    const auto block = json_file(vectors / file);
    const Hash root = hash_of(block["receiptsRoot"]);
    for (const auto& proof : block["proofs"]) {
      const auto value = verify_trie_proof(root, data_of(proof["key"]), data_list(proof["nodes"]));
      ASSERT_TRUE(value) << value.error().message;
      ASSERT_EQ(value->has_value(), !proof["value"].is_null());
      if (*value) {
        EXPECT_EQ(**value, data_of(proof["value"]));
      }
    }
    if (!block.contains("absent")) continue;
    const auto& absent = block["absent"];
    const auto none = verify_trie_proof(root, data_of(absent["key"]), data_list(absent["nodes"]));
    ASSERT_TRUE(none) << none.error().message;
    EXPECT_FALSE(none->has_value());
  }
}

/// Keys that share long beginnings, values short enough to be embedded and long enough not to be.
std::vector<TrieItem> random_items(std::mt19937& random, std::size_t key_size) {
  std::map<Bytes, Bytes> state;
  const std::size_t count = random() % 40;
  for (std::size_t i = 0; i < count; ++i) {
    Bytes key(key_size);
    for (auto& octet : key) octet = static_cast<std::uint8_t>(random() % 3 * 0x11);
    state[key] = Bytes(1 + random() % 40, static_cast<std::uint8_t>(1 + random() % 255));
  }
  std::vector<TrieItem> out;
  for (const auto& [key, value] : state) out.push_back({key, value});
  std::shuffle(out.begin(), out.end(), random);
  return out;
}

TEST(Trie, ProvesWhatIsThereAndWhatIsNot) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 200; ++round) {
    const std::size_t key_size = 1 + random() % 4;
    const auto items = random_items(random, key_size);
    const Hash root = *trie_root(items);
    expect_proves_all(items, root);
    Bytes other(key_size);
    for (auto& octet : other) octet = static_cast<std::uint8_t>(random() % 4 * 0x11);
    const bool there = std::any_of(items.begin(), items.end(),
                                   [&](const TrieItem& item) { return item.key == other; });
    const auto built = build_trie(items, other);
    ASSERT_TRUE(built);
    const auto value = verify_trie_proof(root, other, built->proof);
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(value->has_value(), there);
  }
}

TEST(Trie, NoOctetOfAProofCanChange) {
  std::vector<TrieItem> items;
  for (std::uint64_t i = 0; i < 300; ++i) {
    items.push_back({rlp::Writer().number(i).take(), Bytes(3 + i % 50, 0x42)});
  }
  const auto built = *build_trie(items, items[200].key);
  ASSERT_GT(built.proof.size(), 2U);
  for (std::size_t node = 0; node < built.proof.size(); ++node) {
    for (std::size_t at = 0; at < built.proof[node].size(); ++at) {
      auto changed = built.proof;
      changed[node][at] ^= 1;
      EXPECT_FALSE(verify_trie_proof(built.root, items[200].key, changed));
    }
  }
  auto longer = built.proof;
  longer.push_back(longer.back());
  EXPECT_FALSE(verify_trie_proof(built.root, items[200].key, longer));
  auto shorter = built.proof;
  shorter.pop_back();
  EXPECT_FALSE(verify_trie_proof(built.root, items[200].key, shorter));
  EXPECT_FALSE(verify_trie_proof(built.root, items[200].key, {}));
}

/// One node as a whole trie.
Result<std::optional<Bytes>> look(const Bytes& node, const Bytes& key) {
  return verify_trie_proof(crypto::keccak256(node), key, std::vector<Bytes>{node});
}

Bytes pair_node(const Bytes& path, const Bytes& value) {
  return rlp::Writer().open_list().bytes(path).bytes(value).close_list().take();
}

TEST(Trie, RefusesNodesThatNoTrieHas) {
  const Bytes key{0x12};
  EXPECT_EQ(look(pair_node({0x20, 0x12}, {7}), key)->value(), Bytes{7});
  EXPECT_EQ(*look(pair_node({0x20, 0x13}, {7}), key), std::nullopt);
  EXPECT_FALSE(look(pair_node({0x20, 0x12}, {}), key)) << "a leaf without a value";
  EXPECT_FALSE(look(pair_node({0x21, 0x12}, {}), key));
  EXPECT_FALSE(look(pair_node({0x24, 0x12}, {7}), key)) << "filling that is not zero";
  EXPECT_FALSE(look(pair_node({0x40, 0x12}, {7}), key)) << "an unknown flag";
  EXPECT_FALSE(look(pair_node({}, {7}), key)) << "no hex-prefix";
  EXPECT_FALSE(look(pair_node({0x00}, Bytes(32, 1)), key)) << "an extension without a path";
  EXPECT_FALSE(look(pair_node({0x00, 0x12}, Bytes(31, 1)), key)) << "a short reference";
  EXPECT_FALSE(look({0x80}, key));
  EXPECT_FALSE(look({0xc0}, key));
  EXPECT_FALSE(look({}, key));

  const Bytes leaf = pair_node({0x32}, {7});
  rlp::Writer extension;
  extension.open_list().bytes(Bytes{0x11}).encoded(leaf).close_list();
  EXPECT_FALSE(look(extension.take(), key)) << "an extension to a leaf";

  rlp::Writer lonely;
  lonely.open_list();
  for (int i = 0; i < 17; ++i) {
    if (i == 1) {
      lonely.encoded(leaf);
    } else {
      lonely.bytes({});
    }
  }
  EXPECT_FALSE(look(lonely.close_list().take(), key)) << "a branch with one child";

  Bytes trailing = pair_node({0x20, 0x12}, {7});
  trailing.push_back(0x80);
  EXPECT_FALSE(look(trailing, key));
}

TEST(Trie, RefusesWhatTheBuilderCannotHold) {
  const std::vector<TrieItem> twice{{{1}, {1}}, {{1}, {2}}};
  EXPECT_FALSE(trie_root(twice));
  EXPECT_FALSE(trie_root(std::vector<TrieItem>{{{1}, {}}}));
  EXPECT_FALSE(trie_root(std::vector<TrieItem>{{Bytes(33, 1), {1}}}));
  EXPECT_EQ(*trie_root({}), kEmptyTrieRoot);
  const Bytes empty_string{0x80};
  EXPECT_EQ(crypto::keccak256(empty_string), kEmptyTrieRoot);
  EXPECT_EQ(*verify_trie_proof(kEmptyTrieRoot, Bytes{1}, {}), std::nullopt);
}

}  // namespace
}  // namespace kedge::ledger::evm
