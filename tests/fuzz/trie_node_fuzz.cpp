// SPDX-License-Identifier: Apache-2.0
// A node of a trie as the root of one, and changes to the proof in a real trie.
#include "crypto/keccak.hpp"
#include "ledger/evm/trie_builder.hpp"
#include "ledger/evm/trie_node.hpp"
#include "ledger/evm/trie_proof.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::ledger::evm;
using fuzz::check;

namespace {

/// A trie with embedded nodes, extensions and branches, and a key of it.
struct Sample {
  std::vector<TrieItem> items;
  BuiltTrie built;
  Sample() {
    for (std::uint8_t i = 0; i < 60; ++i) {
      items.push_back({{static_cast<std::uint8_t>(i % 4), i, 7},
                       Bytes(1U + i % 40U, static_cast<std::uint8_t>(i | 1U))});
    }
    built = *build_trie(items, items[21].key);
  }
};

void as_whole_trie(const Bytes& node) {
  const Hash root = crypto::keccak256(node);
  for (const Bytes& key : {Bytes{}, Bytes{0x12}, Bytes{0, 0x15, 7}}) {
    const auto value = verify_trie_proof(root, key, std::vector<Bytes>{node});
    if (value && *value) check(!(*value)->empty(), "values are not empty");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Sample sample;
  const Bytes node(data, data + size);
  as_whole_trie(node);
  std::vector<Bytes> proof = sample.built.proof;
  for (std::size_t i = 0; i + 2 < size; i += 3) {
    Bytes& changed = proof[data[i] % proof.size()];
    changed[data[i + 1] % changed.size()] ^= data[i + 2];
  }
  const auto value = verify_trie_proof(sample.built.root, sample.items[21].key, proof);
  check(value.has_value() == (proof == sample.built.proof), "only the trie's own nodes verify");
  return 0;
}
