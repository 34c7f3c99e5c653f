// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "node/log/entry_bundle.hpp"
#include "node/log/tile_path.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

TEST(TilePath, Vectors) {
  KEDGE_NEEDS_VECTORS("tlog/tile-paths");
  const json cases = json::parse(test::read_file(vectors / "cases.json"));
  ASSERT_FALSE(cases.at("index_to_path").empty());
  for (const auto& [index, path] : cases.at("index_to_path").items()) {
    const TilePath tile{TileKind::hashes, 3, std::stoull(index), 256};
    const std::string text = "tile/3/" + path.get<std::string>();
    EXPECT_EQ(format_tile_path(tile), text);
    EXPECT_EQ(*parse_tile_path(text), tile);
  }
  for (const json& c : cases.at("sizes")) {
    const auto size = c.at("tree_size").get<std::uint64_t>();
    for (std::uint32_t level = 0; level < 3; ++level) {
      const std::string suffix = "_l" + std::to_string(level);
      const auto full = c.value("full" + suffix, std::uint64_t{0});
      const auto partial = c.value("partial" + suffix, std::uint32_t{0});
      SCOPED_TRACE(std::to_string(size) + suffix);
      if (full > 0) {
        EXPECT_EQ(tile_width(level, full - 1, size), 256U);
      }
      EXPECT_EQ(tile_width(level, full, size), partial);
      EXPECT_EQ(tile_width(level, full + 1, size), 0U);
    }
  }
}

TEST(TilePath, ReadsWhatItWrites) {
  const std::uint64_t indexes[] = {0, 1, 7, 999, 1000, 999'999, 1000000, 18446744073709551615ULL};
  for (const std::uint64_t index : indexes) {
    for (const std::uint32_t width : {1U, 255U, 256U}) {
      for (const std::uint32_t level : {0U, 7U, 63U}) {
        const TilePath tile{TileKind::hashes, level, index, width};
        EXPECT_EQ(*parse_tile_path(format_tile_path(tile)), tile);
      }
      const TilePath entries{TileKind::entries, 0, index, width};
      EXPECT_EQ(*parse_tile_path(format_tile_path(entries)), entries);
    }
  }
  EXPECT_EQ(format_tile_path({TileKind::hashes, 0, 1234067, 44}), "tile/0/x001/x234/067.p/44");
  EXPECT_EQ(format_tile_path({TileKind::entries, 0, 5, 256}), "tile/entries/005");
  EXPECT_EQ(format_tile_path({TileKind::hashes, 0, 18446744073709551615ULL, 256}),
            "tile/0/x018/x446/x744/x073/x709/x551/615");
  EXPECT_THROW(format_tile_path({TileKind::hashes, 64, 0, 256}), std::invalid_argument);
  EXPECT_THROW(format_tile_path({TileKind::hashes, 0, 0, 0}), std::invalid_argument);
  EXPECT_THROW(format_tile_path({TileKind::hashes, 0, 0, 257}), std::invalid_argument);
}

TEST(TilePath, RefusesEveryOtherForm) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "/tile/0/000",
                           "tile/0/0",
                           "tile/0/00",
                           "tile/0/0000",
                           "tile/0/000/",
                           "tile/00/000",
                           "tile/01/000",
                           "tile/64/000",
                           "tile/-1/000",
                           "tile/+1/000",
                           "tile//000",
                           "tile/0/x000/000",
                           "tile/0/x001",
                           "tile/0/001/000",
                           "tile/0/X001/000",
                           "tile/0/x01/000",
                           "tile/0/x0001/000",
                           "tile/0/x001x000",
                           "tile/0/000.p",
                           "tile/0/000.p/",
                           "tile/0/000.p/0",
                           "tile/0/000.p/00",
                           "tile/0/000.p/01",
                           "tile/0/000.p/256",
                           "tile/0/000.p/257",
                           "tile/0/000.p/1/",
                           "tile/0/000.p/-1",
                           "tile/0/000.q/1",
                           "tile/0/0a0",
                           "tile/0/ 00",
                           "tile/0/-01",
                           "tile/entries",
                           "tile/entries/",
                           "tile/entries/0/000",
                           "tile/data/000",
                           "tile/0/x018/x446/x744/x073/x709/x551/616",
                           "tile/0/x999/x999/x999/x999/x999/x999/999",
                           "tile/0/x001/x000/x000/x000/x000/x000/x000/000",
                           "tile/0/000?x",
                           "tile/0/../000"}) {
    EXPECT_FALSE(parse_tile_path(path)) << path;
  }
}

TEST(TileWidth, IsDefinedForTheLargestLog) {
  constexpr std::uint64_t kMax = ~std::uint64_t{0};
  EXPECT_EQ(tile_width(0, 0, 0), 0U);
  EXPECT_EQ(tile_width(0, kMax / 256, kMax), 255U);
  EXPECT_EQ(tile_width(0, kMax / 256 - 1, kMax), 256U);
  EXPECT_EQ(tile_width(0, kMax, kMax), 0U);
  EXPECT_EQ(tile_width(7, 0, kMax), 255U);
  EXPECT_EQ(tile_width(7, 1, kMax), 0U);
  EXPECT_EQ(tile_width(8, 0, kMax), 0U);
  EXPECT_EQ(tile_width(63, 0, kMax), 0U);
}

TEST(EntryBundle, ReadsWhatItWrites) {
  const std::vector<Bytes> entries = {{}, {1}, {2, 3}, Bytes(65535, 7)};
  const auto bundle = encode_entry_bundle(entries);
  ASSERT_TRUE(bundle);
  EXPECT_EQ(bundle->size(), 65535U + 3 + 8);
  EXPECT_EQ(*decode_entry_bundle(*bundle, 4), entries);
  EXPECT_FALSE(decode_entry_bundle(*bundle, 3)) << "a trailing entry";
  EXPECT_FALSE(decode_entry_bundle(*bundle, 5)) << "a missing entry";
  EXPECT_FALSE(decode_entry_bundle(ByteView(*bundle).first(bundle->size() - 1), 4));
  EXPECT_FALSE(decode_entry_bundle(Bytes{0}, 1));
  EXPECT_FALSE(decode_entry_bundle({}, 0));
  EXPECT_FALSE(decode_entry_bundle(Bytes(514, 0), 257));
  EXPECT_TRUE(decode_entry_bundle(Bytes(512, 0), 256));
}

TEST(EntryBundle, RefusesWhatItCannotHold) {
  EXPECT_FALSE(encode_entry_bundle({}));
  EXPECT_FALSE(encode_entry_bundle(std::vector<Bytes>(257)));
  EXPECT_FALSE(encode_entry_bundle(std::vector<Bytes>{Bytes(65536, 0)}));
}

}  // namespace
}  // namespace kedge::node
