// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/trie_node.hpp"

#include <algorithm>

namespace kedge::ledger::evm {
namespace {

constexpr std::size_t kBranchItems = 17;
constexpr std::uint8_t kLeafFlag = 2;
constexpr std::uint8_t kOddFlag = 1;

struct HexPrefixed {
  Nibbles path;
  bool leaf = false;
};

Result<HexPrefixed> parse_hex_prefix(const rlp::Item& item) {
  const ByteView octets = item.payload();
  if (item.is_list() || octets.empty()) {
    return invalid_argument("a trie node has no hex-prefix path");
  }
  HexPrefixed out;
  const std::uint8_t flag = octets[0] >> 4;
  if (flag > (kLeafFlag | kOddFlag)) return invalid_argument("a hex-prefix path has a wrong flag");
  out.leaf = (flag & kLeafFlag) != 0;
  if ((flag & kOddFlag) != 0) {
    out.path.push_back(octets[0] & 0x0f);
  } else if ((octets[0] & 0x0f) != 0) {
    return invalid_argument("a hex-prefix path has a wrong filling");
  }
  const Nibbles rest = nibbles_of(octets.subspan(1));
  out.path.insert(out.path.end(), rest.begin(), rest.end());
  return out;
}

bool is_none(const rlp::Item& item) {
  return !item.is_list() && item.payload().empty();
}

Status check_child(const rlp::Item& child) {
  if (!child.is_list()) {
    if (child.payload().size() == sizeof(Hash)) return {};
    return invalid_argument("a trie node refers to a child by other than 32 octets");
  }
  if (child.encoded().size() < kMinHashedNode) return {};
  return invalid_argument("a trie node holds a child that has to be named by its hash");
}

Result<TrieNode> parse_branch(std::vector<rlp::Item> items) {
  const rlp::Item& value = items.back();
  if (value.is_list()) return invalid_argument("the value of a trie branch is a list");
  std::size_t uses = is_none(value) ? 0 : 1;
  for (std::size_t i = 0; i + 1 < kBranchItems; ++i) {
    if (is_none(items[i])) continue;
    ++uses;
    if (const Status child = check_child(items[i]); !child) return child.error();
  }
  if (uses < 2) return invalid_argument("a trie branch has fewer than two uses");
  return TrieNode(TrieBranch{std::move(items)});
}

}  // namespace

Nibbles nibbles_of(ByteView key) {
  Nibbles out;
  out.reserve(2 * key.size());
  for (const std::uint8_t octet : key) {
    out.push_back(octet >> 4);
    out.push_back(octet & 0x0f);
  }
  return out;
}

Bytes hex_prefix(std::span<const std::uint8_t> path, bool leaf) {
  const bool odd = path.size() % 2 != 0;
  const int flag = (leaf ? kLeafFlag : 0) | (odd ? kOddFlag : 0);
  Bytes out{static_cast<std::uint8_t>(flag << 4)};
  if (odd) out[0] |= path[0];
  for (std::size_t i = odd ? 1 : 0; i < path.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>((path[i] << 4) | path[i + 1]));
  }
  return out;
}

Result<TrieNode> parse_trie_node(const rlp::Item& item) {
  std::vector<rlp::Item> items = item.elements();
  if (items.size() == kBranchItems) return parse_branch(std::move(items));
  if (!item.is_list() || items.size() != 2) {
    return invalid_argument("a trie node is a list of 2 or 17");
  }
  auto prefixed = parse_hex_prefix(items[0]);
  if (!prefixed) return prefixed.error();
  if (prefixed->leaf) {
    if (items[1].is_list() || is_none(items[1])) {
      return invalid_argument("a trie leaf has no value");
    }
    return TrieNode(TrieLeaf{std::move(prefixed->path), items[1].payload()});
  }
  if (prefixed->path.empty()) return invalid_argument("a trie extension has no path");
  if (const Status child = check_child(items[1]); !child) return child.error();
  return TrieNode(TrieExtension{std::move(prefixed->path), items[1]});
}

}  // namespace kedge::ledger::evm
