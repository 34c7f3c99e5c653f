// SPDX-License-Identifier: Apache-2.0
#include "node/log/right_edge.hpp"

#include <map>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/tree.hpp"
#include "node/log/entry_bundle.hpp"
#include "node/log/tile_path.hpp"
#include "tests/crypto/tree_reference.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

std::string octets(std::span<const Hash> hashes) {
  std::string bytes;
  for (const Hash& hash : hashes) bytes += as_text(hash);
  return bytes;
}

TEST(RightEdge, RootsAgreeWithTheFrontier) {
  constexpr std::size_t kSize = 66'000;
  RightEdge edge;
  crypto::CompactRange range;
  EXPECT_EQ(edge.root(), crypto::empty_root());
  for (std::size_t i = 0; i < kSize; ++i) {
    const Hash leaf = crypto::leaf_hash(as_bytes(std::to_string(i)));
    edge.append(leaf);
    range.append(leaf);
    ASSERT_EQ(edge.size(), i + 1);
    const bool looked_at = i < 1100 || i % 997 == 0 || i > 65'500;
    if (!looked_at) continue;
    ASSERT_EQ(edge.root(), range.root()) << i;
    const auto copy = RightEdge::from_edges(edge.edges());
    ASSERT_TRUE(copy);
    ASSERT_EQ(copy->size(), edge.size());
    ASSERT_EQ(copy->root(), edge.root()) << "the root follows from the edges alone";
  }
}

TEST(RightEdge, HandsOutEveryFullTileOnce) {
  constexpr std::size_t kSize = 256 * 256 + 300;
  const std::vector<Hash> leaves = test::numbered_leaves(kSize);
  const crypto::Tree tree(leaves);
  RightEdge edge;
  edge.append(std::span(leaves).first(700));
  const auto copy = RightEdge::from_edges(edge.edges());
  ASSERT_TRUE(copy);
  EXPECT_EQ(edge.take_full_tiles().size(), 2U);
  EXPECT_TRUE(edge.take_full_tiles().empty());
  edge = *copy;
  edge.append(std::span(leaves).subspan(700));

  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Hash>> tiles;
  for (Tile& tile : edge.take_full_tiles()) {
    EXPECT_TRUE(tiles.emplace(std::pair(tile.level, tile.index), tile.hashes).second);
  }
  ASSERT_EQ(tiles.size(), 255U + 1) << "all but the first two of level 0, and one of level 1";
  for (std::uint64_t i = 2; i < 257; ++i) {
    const auto expected = std::span(leaves).subspan(i * 256, 256);
    EXPECT_EQ(octets(tiles.at({0, i})), octets(expected)) << i;
  }
  const std::span<const Hash> tile_roots = tree.level(8);
  ASSERT_EQ(tile_roots.size(), 257U);
  EXPECT_EQ(octets(tiles.at({1, 0})), octets(tile_roots.first(256)));
  ASSERT_EQ(edge.edges().size(), 3U);
  EXPECT_EQ(edge.edges()[0].size(), 44U);
  EXPECT_EQ(edge.edges()[1], std::vector<Hash>{tile_roots[256]});
  EXPECT_EQ(edge.edges()[2], std::vector<Hash>{tree.level(16)[0]});
}

TEST(RightEdge, RefusesImpossibleEdges) {
  EXPECT_EQ(RightEdge::from_edges(std::vector<TileEdge>{TileEdge(256)}).error().code,
            Errc::corrupt);
  EXPECT_EQ(RightEdge::from_edges(std::vector<TileEdge>(9)).error().code, Errc::corrupt);
  const auto with_empty_levels = RightEdge::from_edges(std::vector<TileEdge>{{}, {Hash{}}, {}});
  ASSERT_TRUE(with_empty_levels);
  EXPECT_EQ(with_empty_levels->size(), 256U);
  EXPECT_EQ(with_empty_levels->edges().size(), 2U);
}

TEST(RightEdge, StopsBeforeItsSizeOverflows) {
  std::vector<TileEdge> edges(8, TileEdge(255));
  edges[0].resize(254);
  auto edge = RightEdge::from_edges(edges);
  ASSERT_TRUE(edge);
  edge->append(Hash{});
  EXPECT_EQ(edge->size(), ~std::uint64_t{0});
  EXPECT_THROW(edge->append(Hash{}), std::overflow_error);
}

// Every partial tile and bundle of the golden log, byte for byte.
TEST(GoldenLog, TilesAndBundles) {
  KEDGE_NEEDS_VECTORS("tlog/tlog-tiles-golden");
  const json readme = json::parse(test::read_file(vectors / "README.json"));
  RightEdge edge;
  std::vector<Bytes> entries;
  for (const json& text : readme.at("entries_utf8")) {
    const auto entry = text.get<std::string>();
    const ByteView view = as_bytes(entry);
    entries.emplace_back(view.begin(), view.end());
    edge.append(crypto::leaf_hash(view));

    const std::uint32_t width = tile_width(0, 0, edge.size());
    ASSERT_EQ(width, entries.size());
    const auto tile = vectors / format_tile_path({TileKind::hashes, 0, 0, width});
    EXPECT_EQ(octets(edge.edges()[0]), test::read_file(tile)) << tile;

    const auto path = vectors / format_tile_path({TileKind::entries, 0, 0, width});
    const std::string golden = test::read_file(path);
    EXPECT_EQ(as_text(*encode_entry_bundle(entries)), golden) << path;
    EXPECT_EQ(*decode_entry_bundle(as_bytes(golden), entries.size()), entries);
  }
  EXPECT_EQ(entries.size(), 15U);
}

}  // namespace
}  // namespace kedge::node
