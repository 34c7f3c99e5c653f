// SPDX-License-Identifier: Apache-2.0
#include "tests/support/store_data.hpp"

#include <cstring>
#include <stdexcept>

#include "node/log/entry.hpp"

namespace kedge::test {
namespace {

/// SplitMix64: every state gives another value, and the values look random.
std::uint64_t mix(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

/// Appends `hash` to the edges as a log does, without hashing.
void push(node::Seal& seal, std::uint32_t level, const Hash& hash) {
  if (seal.edges.size() <= level) seal.edges.resize(level + 1);
  node::TileEdge& edge = seal.edges[level];
  edge.push_back(hash);
  if (edge.size() < node::kTileWidth) return;
  const node::Tile tile{level, 0, edge};
  seal.tiles.push_back(tile);
  edge.clear();
  push(seal, level + 1, filler(level, tile.hashes.back()[0]));
}

}  // namespace

Hash filler(std::uint64_t seed, std::uint64_t index) {
  Hash hash{};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::uint64_t word = mix(mix(seed) ^ mix(index * 4 + i + 1));
    std::memcpy(hash.data() + 8 * i, &word, sizeof word);
  }
  return hash;
}

Bytes make_leaf(const Hash& digest, std::uint8_t profile) {
  Bytes leaf(node::LeafEntry::kSize);
  leaf[0] = profile;
  const Hash salt = filler(digest[0], digest[1]);
  std::memcpy(leaf.data() + 1, salt.data(), 16);
  std::memcpy(leaf.data() + 17, digest.data(), digest.size());
  return leaf;
}

node::Run make_run(node::IssuerId issuer, std::uint64_t first, std::vector<std::uint32_t> calls,
                   std::uint64_t seed, std::uint64_t time_ms) {
  node::Run run;
  run.issuer = issuer;
  run.first_position = first;
  run.time_ms = time_ms;
  std::uint64_t position = first;
  for (const std::uint32_t call : calls) {
    for (std::uint32_t i = 0; i < call; ++i) {
      const Bytes leaf = make_leaf(digest_of(seed, position++));
      run.leaves.insert(run.leaves.end(), leaf.begin(), leaf.end());
    }
  }
  run.call_sizes = std::move(calls);
  return run;
}

node::Seal make_seal(const node::StoreReader& before, const Batches& batches, std::uint32_t extra) {
  node::Seal seal;
  seal.first_index = must(before.log_size());
  seal.edges = must(before.edges());
  std::map<node::IssuerId, node::IssuerRow> rows;
  for (const auto& [id, count] : batches) {
    auto& issuer = rows.try_emplace(id, must(before.issuer(id))).first->second;
    node::SealedBatch batch;
    batch.row.issuer = id;
    batch.row.first_position = issuer.credential_count;
    batch.row.count = count;
    batch.row.issuer_seq = issuer.next_issuer_seq++;
    batch.row.log_index = seal.first_index + seal.entries.size();
    batch.row.time_ms = 2'000;
    batch.row.root = filler(id, issuer.credential_count);
    for (std::uint32_t level = node::kBatchNodeLevel; count >> level != 0; ++level) {
      std::vector<Hash>& nodes = batch.levels.emplace_back();
      for (std::uint32_t i = 0; i < count >> level; ++i) {
        nodes.push_back(filler(batch.row.log_index * 64 + level, i));
      }
    }
    issuer.credential_count += count;
    issuer.last_entry_hash = filler(7, batch.row.log_index);
    node::BatchEntry entry;
    entry.time_ms = batch.row.time_ms;
    entry.issuer_hash = issuer.issuer_hash;
    entry.issuer_seq = batch.row.issuer_seq;
    entry.first_position = batch.row.first_position;
    entry.count = count;
    entry.batch_root = batch.row.root;
    seal.entries.push_back(node::encode_entry(entry));
    seal.batches.push_back(std::move(batch));
  }
  for (auto& [id, row] : rows) seal.issuers.push_back(std::move(row));
  for (std::uint32_t i = 0; i <= extra; ++i) {
    node::EpochEntry entry;
    entry.epoch = i;
    seal.entries.push_back(node::encode_entry(entry));
  }
  for (std::uint64_t i = 0; i < seal.entries.size(); ++i) {
    push(seal, 0, filler(11, seal.first_index + i));
  }
  std::vector<std::uint64_t> next;
  for (node::Tile& tile : seal.tiles) {
    while (next.size() <= tile.level) {
      next.push_back(seal.first_index >> (node::kTileHeight * (next.size() + 1)));
    }
    tile.index = next[tile.level]++;
  }
  const auto last = before.latest_checkpoint();
  seal.checkpoint.epoch = last ? last->epoch + 1 : 0;
  seal.checkpoint.size = seal.first_index + seal.entries.size();
  seal.checkpoint.root = filler(13, seal.checkpoint.size);
  seal.checkpoint.time_ms = 2'000 + seal.checkpoint.epoch;
  seal.checkpoint.note = "note of epoch " + std::to_string(seal.checkpoint.epoch) + "\n";
  return seal;
}

}  // namespace kedge::test
