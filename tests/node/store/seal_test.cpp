// SPDX-License-Identifier: Apache-2.0
#include "tests/node/store/engines.hpp"

namespace kedge::test {
namespace {

using namespace kedge::node;

class StoreSeal : public StoreTest {
 protected:
  StoreSeal() {
    for (const char* name : {"a", "b"}) must(store().add_issuer(name));
  }

  void append(IssuerId issuer, std::uint32_t count) {
    const node::Run run =
        make_run(issuer, must(view()->next_position(issuer)), {count}, 1 + issuer);
    must(append_runs({&run, 1}));
  }

  Seal seal(const Batches& batches, std::uint32_t extra = 0) {
    Seal made = make_seal(*view(), batches, extra);
    must(store().seal(made));
    return made;
  }
};

TEST_P(StoreSeal, BeginsEmpty) {
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->log_size()), 0u);
    EXPECT_TRUE(must(reader->edges()).empty());
    EXPECT_TRUE(must(reader->log_entries(0, 10)).empty());
    EXPECT_EQ(code_of(reader->log_entry(0)), "not_found");
    EXPECT_EQ(code_of(reader->tile(0, 0)), "not_found");
    EXPECT_EQ(code_of(reader->latest_checkpoint()), "not_found");
    EXPECT_EQ(code_of(reader->checkpoint(0)), "not_found");
    EXPECT_EQ(code_of(reader->checkpoint_covering(0)), "not_found");
    EXPECT_EQ(code_of(reader->batch_of(0, 0)), "not_found");
    EXPECT_EQ(code_of(reader->batch_at(0)), "not_found");
  });
}

TEST_P(StoreSeal, AnswersEverythingThatWasSealed) {
  append(0, 1000);
  append(1, 20);
  std::vector<Seal> seals;
  seals.push_back(seal({}, 1));
  seals.push_back(seal({{0, 15}, {1, 20}}));
  seals.push_back(seal({{0, 16}, {0, 40}}));
  seals.push_back(seal({{0, 900}}));
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->log_size()), seals.back().checkpoint.size);
    for (const Seal& made : seals) {
      const CheckpointRow& row = made.checkpoint;
      const CheckpointRow read = must(reader->checkpoint(row.epoch));
      EXPECT_EQ(read.note, row.note);
      EXPECT_EQ(read.size, row.size);
      EXPECT_EQ(read.root, row.root);
      EXPECT_EQ(read.time_ms, row.time_ms);
      EXPECT_EQ(must(reader->checkpoint_covering(made.first_index)).epoch, row.epoch);
      EXPECT_EQ(must(reader->checkpoint_covering(row.size - 1)).epoch, row.epoch);
      EXPECT_EQ(must(reader->log_entries(made.first_index, made.entries.size())), made.entries);
      EXPECT_EQ(must(reader->log_entry(row.size - 1)), made.entries.back());
      EXPECT_EQ(code_of(reader->batch_at(row.size - 1)), "not_found");
      for (const SealedBatch& batch : made.batches) {
        const BatchRow& want = batch.row;
        for (const std::uint64_t at : {want.first_position, want.first_position + want.count - 1}) {
          const BatchRow found = must(reader->batch_of(want.issuer, at));
          EXPECT_EQ(found.first_position, want.first_position);
          EXPECT_EQ(found.count, want.count);
          EXPECT_EQ(found.root, want.root);
          EXPECT_EQ(found.log_index, want.log_index);
          EXPECT_EQ(found.issuer_seq, want.issuer_seq);
          EXPECT_EQ(found.time_ms, want.time_ms);
        }
        EXPECT_EQ(must(reader->batch_at(want.log_index)).first_position, want.first_position);
        EXPECT_EQ(must(reader->batch_at(want.log_index)).issuer, want.issuer);
      }
    }
    EXPECT_EQ(must(reader->latest_checkpoint()).epoch, seals.back().checkpoint.epoch);
    EXPECT_EQ(code_of(reader->checkpoint(seals.size())), "not_found");
    EXPECT_EQ(code_of(reader->checkpoint_covering(seals.back().checkpoint.size)), "not_found");
    EXPECT_EQ(code_of(reader->batch_of(0, 971)), "not_found");
    EXPECT_EQ(code_of(reader->batch_of(1, 20)), "not_found");
    EXPECT_EQ(must(reader->issuer(0)).credential_count, 971u);
    EXPECT_EQ(must(reader->issuer(0)).next_issuer_seq, 4u);
    EXPECT_EQ(must(reader->issuer(0)).last_entry_hash, seals[3].issuers[0].last_entry_hash);
    EXPECT_EQ(must(reader->edges()), seals.back().edges);
  });
}

TEST_P(StoreSeal, KeepsAllCompleteNodesOfABatch) {
  for (const std::uint32_t count : {1u, 16u, 31u, 4095u, 4096u, 4097u, 8192u, 20'000u}) {
    append(1, count);
    const Seal made = seal({{1, count}});
    twice([&] {
      const auto reader = view();
      const SealedBatch& batch = made.batches[0];
      for (std::uint32_t l = 0; l < batch.levels.size(); ++l) {
        const std::uint32_t level = kBatchNodeLevel + l;
        for (std::size_t i = 0; i < batch.levels[l].size(); ++i) {
          ASSERT_EQ(must(reader->batch_node(batch.row, level, i)), batch.levels[l][i])
              << count << " " << level << " " << i;
        }
        EXPECT_EQ(code_of(reader->batch_node(batch.row, level, batch.levels[l].size())),
                  "not_found");
      }
      const auto above = kBatchNodeLevel + static_cast<std::uint32_t>(batch.levels.size());
      EXPECT_EQ(code_of(reader->batch_node(batch.row, above, 0)), "not_found");
      EXPECT_EQ(code_of(reader->batch_node(batch.row, kBatchNodeLevel - 1, 0)), "not_found");
    });
  }
}

TEST_P(StoreSeal, ServesFullTilesAndTheEdgeOfTheLast) {
  std::map<std::pair<std::uint32_t, std::uint64_t>, std::vector<Hash>> tiles;
  std::uint64_t size = 0;
  std::vector<TileEdge> edges;
  for (const std::uint32_t entries : {255u, 1u, 1u, 600u, 66'000u}) {
    const Seal made = seal({}, entries - 1);
    for (const Tile& tile : made.tiles) tiles[{tile.level, tile.index}] = tile.hashes;
    size = made.checkpoint.size;
    edges = made.edges;
    const auto reader = view();
    for (std::uint32_t level = 0; level < 3; ++level) {
      const std::uint64_t hashes = size >> (8 * level);
      const std::uint64_t full = hashes / 256;
      for (std::uint64_t i = full < 5 ? 0 : full - 5; i < full; ++i) {
        EXPECT_EQ(must(reader->tile(level, i)), tiles.at({level, i}));
      }
      if (hashes % 256 == 0) {
        EXPECT_EQ(code_of(reader->tile(level, full)), "not_found");
      } else {
        EXPECT_EQ(must(reader->tile(level, full)), edges[level]);
      }
      EXPECT_EQ(code_of(reader->tile(level, full + 1)), "not_found");
    }
    EXPECT_EQ(code_of(reader->tile(70, 0)), "not_found");
  }
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(must(reader->log_size()), size);
    EXPECT_EQ(must(reader->edges()), edges);
    EXPECT_EQ(must(reader->tile(1, 0)), tiles.at({1, 0}));
    EXPECT_EQ(must(reader->tile(2, 0)).size(), 1u);
    EXPECT_EQ(must(reader->log_entries(size - 3, 10)).size(), 3u);
    EXPECT_EQ(must(reader->log_entries(1, 700)).size(), 700u);
    EXPECT_TRUE(must(reader->log_entries(size, 10)).empty());
  });
}

TEST_P(StoreSeal, RefusesWhatContradictsTheStore) {
  append(0, 50);
  seal({{0, 20}});
  const Seal good = make_seal(*view(), {{0, 30}});
  std::vector<std::pair<const char*, Seal>> bad(6, {"", good});
  bad[0].second.first_index += 1;
  bad[1].second.batches[0].row.first_position = 19;
  bad[2].second.checkpoint.epoch += 1;
  bad[3].second.issuers[0].credential_count = 49;
  bad[4].second.issuers[0].name = "other";
  bad[5].second = make_seal(*view(), {{0, 31}});
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(code_of(store().seal(bad[i].second)), "corrupt") << i;
  }
  Seal unknown = good;
  unknown.issuers[0].id = 2;
  EXPECT_EQ(code_of(store().seal(unknown)), "not_found");
  twice([&] { EXPECT_EQ(must(view()->log_size()), 2u); });
  must(store().seal(good));
  EXPECT_EQ(code_of(store().seal(good)), "corrupt");
  EXPECT_EQ(must(view()->log_size()), 4u);
}

TEST_P(StoreSeal, RefusesWhatContradictsItself) {
  append(0, 50);
  seal({}, 253);
  const Seal good = make_seal(*view(), {{0, 40}});
  ASSERT_EQ(good.tiles.size(), 1u);
  std::vector<Seal> bad(14, good);
  bad[0].entries.clear();
  bad[1].entries[0].clear();
  bad[2].checkpoint.size -= 1;
  bad[3].checkpoint.note.clear();
  bad[4].batches[0].row.count = 0;
  bad[5].batches[0].row.log_index = 256;
  bad[6].batches[0].levels.pop_back();
  bad[7].batches[0].levels[0].pop_back();
  bad[8].issuers.clear();
  bad[9].tiles.clear();
  bad[10].tiles[0].index = 1;
  bad[11].tiles[0].hashes.pop_back();
  bad[12].edges[1].clear();
  bad[13].issuers.push_back(bad[13].issuers[0]);
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(code_of(store().seal(bad[i])), "invalid_argument") << i;
  }
  twice([&] { EXPECT_EQ(must(view()->log_size()), 254u); });
  must(store().seal(good));
}

KEDGE_ON_ALL_ENGINES(StoreSeal);

}  // namespace
}  // namespace kedge::test
