// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/trie_builder.hpp"

#include <algorithm>

#include "crypto/keccak.hpp"
#include "ledger/evm/trie_node.hpp"
#include "ledger/evm/trie_proof.hpp"

namespace kedge::ledger::evm {
namespace {

struct Pair {
  Nibbles path;
  ByteView value;
};

class Builder {
 public:
  Builder(std::vector<Pair> pairs, Nibbles target)
      : pairs_(std::move(pairs)), target_(std::move(target)) {}

  BuiltTrie run() {
    if (pairs_.empty()) return {kEmptyTrieRoot, {}};
    const Bytes root = node(0, pairs_.size(), 0, true);
    if (root.size() < kMinHashedNode) way_.push_back(root);
    std::reverse(way_.begin(), way_.end());
    return {crypto::keccak256(root), std::move(way_)};
  }

 private:
  /// The node over pairs `from` to `to`, whose paths are the same up to `depth`.
  Bytes node(std::size_t from, std::size_t to, std::size_t depth, bool on_way) {
    Bytes out = make(from, to, depth, on_way);
    if (on_way && out.size() >= kMinHashedNode) way_.push_back(out);
    return out;
  }

  Bytes make(std::size_t from, std::size_t to, std::size_t depth, bool on_way) {
    const Nibbles& first = pairs_[from].path;
    rlp::Writer out;
    out.open_list();
    if (to - from == 1) {
      out.bytes(hex_prefix(std::span(first).subspan(depth), true)).bytes(pairs_[from].value);
      return out.close_list().take();
    }
    const std::size_t shared = shared_depth(from, to, depth);
    if (shared > depth) {
      const auto path = std::span(first).subspan(depth, shared - depth);
      const bool follows = on_way && target_.size() >= shared &&
                           std::equal(path.begin(), path.end(), target_.begin() + signed_of(depth));
      out.bytes(hex_prefix(path, false));
      refer(out, node(from, to, shared, follows));
      return out.close_list().take();
    }
    write_branch(out, from, to, depth, on_way);
    return out.close_list().take();
  }

  void write_branch(rlp::Writer& out, std::size_t from, std::size_t to, std::size_t depth,
                    bool on_way) {
    // The shortest path sorts first.
    ByteView value;
    if (pairs_[from].path.size() == depth) value = pairs_[from++].value;
    for (std::uint8_t digit = 0; digit < 16; ++digit) {
      const std::size_t begin = from;
      while (from < to && pairs_[from].path[depth] == digit) ++from;
      if (begin == from) {
        out.bytes({});
        continue;
      }
      const bool follows = on_way && target_.size() > depth && target_[depth] == digit;
      refer(out, node(begin, from, depth + 1, follows));
    }
    out.bytes(value);
  }

  static void refer(rlp::Writer& out, const Bytes& child) {
    if (child.size() < kMinHashedNode) {
      out.encoded(child);
    } else {
      out.bytes(crypto::keccak256(child));
    }
  }

  /// In sorted order, what the first and the last path share, all share.
  std::size_t shared_depth(std::size_t from, std::size_t to, std::size_t depth) const {
    const Nibbles& a = pairs_[from].path;
    const Nibbles& b = pairs_[to - 1].path;
    const std::size_t most = std::min(a.size(), b.size());
    while (depth < most && a[depth] == b[depth]) ++depth;
    return depth;
  }

  static std::ptrdiff_t signed_of(std::size_t size) { return static_cast<std::ptrdiff_t>(size); }

  const std::vector<Pair> pairs_;
  const Nibbles target_;
  std::vector<Bytes> way_;
};

}  // namespace

Result<BuiltTrie> build_trie(std::span<const TrieItem> items, ByteView key) {
  std::vector<Pair> pairs;
  pairs.reserve(items.size());
  for (const TrieItem& item : items) {
    if (item.key.size() > kMaxTrieKey) {
      return invalid_argument("a trie key has at most 32 octets");
    }
    if (item.value.empty()) return invalid_argument("a value in a trie is empty");
    pairs.push_back({nibbles_of(item.key), item.value});
  }
  std::sort(pairs.begin(), pairs.end(), [](const Pair& a, const Pair& b) {
    return std::ranges::lexicographical_compare(a.path, b.path);
  });
  for (std::size_t i = 1; i < pairs.size(); ++i) {
    if (pairs[i].path == pairs[i - 1].path) return invalid_argument("a trie key comes twice");
  }
  return Builder(std::move(pairs), nibbles_of(key)).run();
}

Result<Hash> trie_root(std::span<const TrieItem> items) {
  const auto built = build_trie(items, {});
  if (!built) return built.error();
  return built->root;
}

}  // namespace kedge::ledger::evm
