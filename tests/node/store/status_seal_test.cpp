// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"
#include "node/log/entry.hpp"
#include "tests/node/store/engines.hpp"

/// Status entries and what is published of them.
namespace kedge::test {
namespace {

using namespace kedge::node;
using enum StatusValue;

constexpr std::uint64_t kNewest = ~std::uint64_t{0};

class StoreStatusSeal : public StoreTest {
 protected:
  StoreStatusSeal() {
    for (const char* name : {"a", "b"}) must(store().add_issuer(name));
    const node::Run run = make_run(0, 0, {5'000}, 1);
    must(append_runs({&run, 1}));
    must(store().seal(make_seal(*view(), {})));
  }

  void change(std::uint64_t index, StatusValue before, StatusValue after, std::uint32_t list = 0) {
    const ChangeRun run{
        0, must(view()->next_change(0)), 1, "x", {{{list, index}, before, after, 9}}};
    must(store().append_changes({&run, 1}));
  }

  /// A seal with batches of issuer 0 and a status entry of all its changes that are not sealed.
  Seal with_status(const Batches& batches, std::vector<ListTile> tiles) {
    const auto reader = view();
    Seal seal = make_seal(*reader, batches, 1);
    StatusSeal status;
    StatusRow& row = status.row;
    const auto last = reader->status_at(0, kNewest);
    row.issuer = 0;
    row.epoch = seal.checkpoint.epoch;
    row.log_index = seal.first_index + batches.size();
    row.time_ms = 2'000;
    row.first_change = last ? last->first_change + last->count : 0;
    row.count = static_cast<std::uint32_t>(must(reader->next_change(0)) - row.first_change);
    row.changes_root = filler(21, row.epoch);
    row.status_root = filler(22, row.epoch);
    if (seal.issuers.empty()) seal.issuers.push_back(must(reader->issuer(0)));
    IssuerRow& issuer = seal.issuers[0];
    row.issuer_seq = issuer.next_issuer_seq++;
    issuer.status_root = row.status_root;
    row.lists.push_back({0, issuer.credential_count, filler(23, row.epoch)});
    for (const StatusListRow& list : must(reader->status_lists(0))) {
      row.lists.push_back({list.list, list.size, filler(24, row.epoch)});
    }
    status.tiles = std::move(tiles);
    seal.entries[batches.size()] = entry_of(row, issuer.issuer_hash);
    seal.statuses.push_back(std::move(status));
    return seal;
  }

  static Bytes entry_of(const StatusRow& row, const Hash& issuer_hash) {
    return encode_entry(StatusEntry{row.time_ms, issuer_hash, row.issuer_seq, row.count,
                                    row.changes_root, row.status_root, Hash{}});
  }

  static ListTile tile(std::uint32_t list, std::uint8_t level, std::uint64_t index,
                       std::uint64_t seed) {
    ListTile out{list, {level, index, {}}};
    for (std::size_t i = 0; i < seed % 17; ++i) out.tile.nodes[(i * 5) % 16] = filler(seed, i);
    return out;
  }
};

TEST_P(StoreStatusSeal, KeepsEntriesAndEveryVersionOfATile) {
  change(7, valid, revoked);
  const Seal first = with_status({{0, 3'000}}, {tile(0, 0, 0, 1), tile(0, 0, 1, 16)});
  must(store().seal(first));
  auto between = view();
  must(store().seal(make_seal(*view(), {})));
  change(8, valid, suspended);
  change(8, suspended, valid);
  const Seal second = with_status({}, {tile(0, 0, 0, 17), tile(0, 1, 0, 3)});
  must(store().seal(second));
  EXPECT_EQ(must(between->status_at(0, kNewest)).epoch, 1u);
  EXPECT_EQ(must(between->status_tile(0, 0, 0, 0, kNewest)).epoch, 1u);
  between.reset();
  const StatusRow& a = first.statuses[0].row;
  const StatusRow& b = second.statuses[0].row;
  ASSERT_EQ(a.epoch, 1u);
  ASSERT_EQ(b.epoch, 3u);
  twice([&] {
    const auto reader = view();
    EXPECT_EQ(code_of(reader->status_at(0, 0)), "not_found");
    EXPECT_EQ(code_of(reader->status_at(1, kNewest)), "not_found");
    EXPECT_EQ(must(reader->status_at(0, 1)).log_index, a.log_index);
    EXPECT_EQ(must(reader->status_at(0, 2)).log_index, a.log_index);
    const StatusRow found = must(reader->status_at(0, kNewest));
    EXPECT_EQ(found.log_index, b.log_index);
    EXPECT_EQ(found.epoch, 3u);
    EXPECT_EQ(found.issuer_seq, b.issuer_seq);
    EXPECT_EQ(found.time_ms, b.time_ms);
    EXPECT_EQ(found.first_change, 1u);
    EXPECT_EQ(found.count, 2u);
    EXPECT_EQ(found.changes_root, b.changes_root);
    EXPECT_EQ(found.status_root, b.status_root);
    EXPECT_EQ(found.lists, b.lists);
    EXPECT_EQ(must(reader->status_entry_at(a.log_index)).epoch, 1u);
    EXPECT_EQ(must(reader->status_entry_at(b.log_index)).epoch, 3u);
    EXPECT_EQ(code_of(reader->status_entry_at(a.log_index - 1)), "not_found") << "a batch";
    EXPECT_EQ(code_of(reader->status_entry_at(b.log_index + 1)), "not_found") << "an epoch";
    EXPECT_EQ(code_of(reader->status_entry_at(1'000)), "not_found");
    EXPECT_EQ(must(reader->issuer(0)).status_root, b.status_root);

    EXPECT_EQ(code_of(reader->status_tile(0, 0, 0, 0, 0)), "not_found");
    for (const std::uint64_t epoch : {1u, 2u}) {
      const StoredTile stored = must(reader->status_tile(0, 0, 0, 0, epoch));
      EXPECT_EQ(stored.epoch, 1u);
      EXPECT_EQ(stored.at.tile, first.statuses[0].tiles[0].tile);
    }
    for (const std::uint64_t epoch : {std::uint64_t{3}, kNewest}) {
      const StoredTile stored = must(reader->status_tile(0, 0, 0, 0, epoch));
      EXPECT_EQ(stored.epoch, 3u);
      EXPECT_EQ(stored.at.tile, second.statuses[0].tiles[0].tile) << "zeros";
    }
    EXPECT_EQ(must(reader->status_tile(0, 0, 0, 1, kNewest)).at.tile,
              first.statuses[0].tiles[1].tile);
    EXPECT_EQ(code_of(reader->status_tile(0, 0, 0, 2, kNewest)), "not_found");
    EXPECT_EQ(code_of(reader->status_tile(0, 1, 0, 0, kNewest)), "not_found");
    EXPECT_EQ(code_of(reader->status_tile(1, 0, 0, 0, kNewest)), "not_found");
    EXPECT_EQ(code_of(reader->status_tile(0, 0, 300, 0, kNewest)), "not_found");
    EXPECT_TRUE(*tiles_at(*reader, 0, 0, 1)(0, 0));
    EXPECT_FALSE(*tiles_at(*reader, 0, 0, 0)(0, 0));
    std::vector<std::pair<std::uint64_t, std::uint64_t>> visited;
    must(reader->visit_status_tiles(0, [&](const StoredTile& stored) -> Status {
      visited.emplace_back(stored.at.tile.level * 10 + stored.at.tile.index, stored.epoch);
      return {};
    }));
    const std::vector<std::pair<std::uint64_t, std::uint64_t>> expected = {
        {0, 3}, {0, 1}, {1, 1}, {10, 3}};
    EXPECT_EQ(visited, expected);
  });
}

TEST_P(StoreStatusSeal, RefusesWhatContradictsItselfOrTheStore) {
  change(7, valid, revoked);
  const StatusAllocation lists{{0, "k", 1, {{1, 0, 5}}}, {{0, 1, 3, 131'072, {}, 0}}};
  must(store().allocate_status({&lists, 1}));
  const Seal good = with_status({{0, 3'000}}, {tile(0, 0, 0, 1), tile(1, 1, 3, 2)});
  const Hash issuer_hash = good.issuers[0].issuer_hash;
  std::vector<std::pair<std::string, Seal>> bad;
  const auto add = [&](const char* code, const auto& spoil, bool same_entry = true) {
    Seal seal = good;
    spoil(seal);
    const StatusRow& row = seal.statuses[0].row;
    const std::uint64_t at = row.log_index - seal.first_index;
    if (same_entry && at == 1) seal.entries[at] = entry_of(row, issuer_hash);
    bad.emplace_back(code, std::move(seal));
  };
  const auto row = [](Seal& seal) -> StatusRow& { return seal.statuses[0].row; };
  add(
      "invalid_argument", [&](Seal& s) { row(s).count = 0; }, false);
  add("invalid_argument", [&](Seal& s) { row(s).log_index = 99; });
  add("invalid_argument", [&](Seal& s) { row(s).log_index = s.first_index; });
  add("invalid_argument", [&](Seal& s) { row(s).epoch += 1; });
  add(
      "invalid_argument", [&](Seal& s) { row(s).time_ms += 1; }, false);
  add(
      "invalid_argument", [&](Seal& s) { row(s).changes_root[0] ^= 1; }, false);
  add(
      "invalid_argument", [&](Seal& s) { s.entries[1] = s.entries[2]; }, false);
  add("invalid_argument", [&](Seal& s) { s.statuses.push_back(s.statuses[0]); });
  add("invalid_argument",
      [&](Seal& s) { std::swap(s.statuses[0].tiles[0], s.statuses[0].tiles[1]); });
  add("invalid_argument", [&](Seal& s) { s.statuses[0].tiles[1] = s.statuses[0].tiles[0]; });
  add("invalid_argument", [&](Seal& s) { s.statuses[0].tiles[0].tile.index = 2; });
  add("invalid_argument", [&](Seal& s) { s.statuses[0].tiles[1].list = 2; });
  add("invalid_argument", [&](Seal& s) { s.issuers.clear(); });
  add("corrupt", [&](Seal& s) { row(s).first_change = 1; });
  add("corrupt", [&](Seal& s) { row(s).count = 2; });
  add("corrupt", [&](Seal& s) { row(s).issuer_seq = 0; });
  add("corrupt", [&](Seal& s) { row(s).lists.pop_back(); });
  add("corrupt", [&](Seal& s) { row(s).lists.push_back({2, 131'072, {}}); });
  add("corrupt", [&](Seal& s) { row(s).lists[0].size = 2'999; });
  add("corrupt", [&](Seal& s) { row(s).lists[1].size = 131'073; });
  add("corrupt", [&](Seal& s) { row(s).lists[1].list = 2; });
  add("corrupt", [&](Seal& s) { s.issuers[0].status_root[0] ^= 1; });
  add("not_found", [&](Seal& s) { row(s).issuer = 7; });
  for (std::size_t i = 0; i < bad.size(); ++i) {
    EXPECT_EQ(code_of(store().seal(bad[i].second)), bad[i].first) << i;
  }
  Seal root_only = make_seal(*view(), {{0, 3'000}});
  root_only.issuers[0].status_root[0] ^= 1;
  EXPECT_EQ(code_of(store().seal(root_only)), "corrupt") << "without a status entry";
  twice([&] {
    EXPECT_EQ(code_of(view()->status_at(0, kNewest)), "not_found");
    EXPECT_EQ(must(view()->log_size()), good.first_index);
  });
  must(store().seal(good));
}

TEST_P(StoreStatusSeal, KeepsWhatIsPublished) {
  for (int i = 0; i < 9; ++i) must(store().seal(make_seal(*view(), {})));
  const auto publish = [&](std::uint64_t epoch, std::uint64_t time_ms, std::uint8_t encoding = 1) {
    PublishedList list;
    list.encoding = encoding;
    list.epoch = epoch;
    list.time_ms = time_ms;
    list.document = Bytes(100 + epoch, static_cast<std::uint8_t>(epoch));
    list.digest = crypto::sha256(list.document);
    return list;
  };
  must(store().record_published(publish(2, 100)));
  must(store().record_published(publish(3, 200, 2)));
  must(store().record_published(publish(5, 100)));
  must(store().record_published(publish(6, 300)));
  must(store().record_published(publish(9, 400)));
  twice([&] {
    const auto reader = view();
    const PublishedList newest = must(reader->published(0, 0, 1));
    EXPECT_EQ(newest.epoch, 9u);
    EXPECT_EQ(newest.document, publish(9, 400).document);
    EXPECT_EQ(newest.digest, publish(9, 400).digest);
    EXPECT_EQ(code_of(reader->published(0, 0, 1, 1)), "not_found");
    EXPECT_EQ(must(reader->published(0, 0, 1, 4)).epoch, 2u);
    EXPECT_EQ(must(reader->published(0, 0, 1, 8)).epoch, 6u);
    EXPECT_EQ(must(reader->published(0, 0, 2)).epoch, 3u);
    EXPECT_EQ(code_of(reader->published(0, 0, 3)), "not_found");
    EXPECT_EQ(code_of(reader->published(1, 0, 1)), "not_found");
    const std::pair<std::uint64_t, std::uint64_t> times[] = {{100, 5}, {299, 5}, {300, 6},
                                                             {399, 6}, {400, 9}, {kNewest, 9}};
    for (const auto& [time_ms, epoch] : times) {
      EXPECT_EQ(must(reader->published_before(0, 0, 1, time_ms)).epoch, epoch) << time_ms;
    }
    EXPECT_EQ(code_of(reader->published_before(0, 0, 1, 99)), "not_found");
    EXPECT_EQ(code_of(reader->published_before(0, 0, 2, 199)), "not_found");
  });
  EXPECT_EQ(code_of(store().record_published(publish(9, 500))), "already_exists");
  EXPECT_EQ(code_of(store().record_published(publish(8, 500))), "corrupt");
  EXPECT_EQ(code_of(store().record_published(publish(11, 500))), "not_found");
  must(store().seal(make_seal(*view(), {})));
  EXPECT_EQ(code_of(store().record_published(publish(10, 399))), "corrupt");
  PublishedList odd = publish(10, 500);
  odd.digest[0] ^= 1;
  EXPECT_EQ(code_of(store().record_published(odd)), "invalid_argument");
  odd = publish(10, 500);
  odd.list = 1;
  EXPECT_EQ(code_of(store().record_published(odd)), "not_found");
  odd = publish(10, 500);
  odd.issuer = 2;
  EXPECT_EQ(code_of(store().record_published(odd)), "not_found");
  must(store().record_published(publish(10, 500)));
}

KEDGE_ON_ALL_ENGINES(StoreStatusSeal);

}  // namespace
}  // namespace kedge::test
