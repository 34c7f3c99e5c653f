// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <filesystem>
#include <random>
#include <thread>

#include <benchmark/benchmark.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include "node/store/checks.hpp"
#include "node/store/rocks_store.hpp"
#include "tests/support/filled_store.hpp"
#include "tests/support/store_data.hpp"

/// The store on a disk: what a group commit costs with locator and duplicate check, beside what
/// the same digests cost as one synced key each, and what the reads of one proof cost.
///
/// Folders are made where KEDGE_BENCH_DIR says, else in the working directory: a file system in
/// memory would say nothing about syncing.
namespace kedge::test {
namespace {

using namespace kedge::node;

class BenchDir {
 public:
  BenchDir() {
    const char* parent = std::getenv("KEDGE_BENCH_DIR");
    std::string name = std::string(parent != nullptr ? parent : ".") + "/kedge-bench-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
    path_ = name;
  }
  ~BenchDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  BenchDir(const BenchDir&) = delete;
  BenchDir& operator=(const BenchDir&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return path_ / "store"; }

 private:
  std::filesystem::path path_;
};

/// The next run of an issuer with random digests.
node::Run random_run(std::uint64_t first, std::uint32_t count, std::mt19937_64& random,
                     std::vector<Hash>& digests) {
  node::Run run;
  run.first_position = first;
  run.call_sizes = {count};
  run.leaves.resize(count * LeafEntry::kSize);
  for (std::size_t i = 0; i < run.leaves.size(); i += 7) {
    const std::uint64_t word = random();
    std::memcpy(run.leaves.data() + i, &word, 7);
  }
  digests.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    run.leaves[i * LeafEntry::kSize] = 2;
    digests[i] = leaf_digest(run.leaves, i);
  }
  return run;
}

/// Status changes, each of another entry of a register of ten million, in calls of so many.
void AppendChanges(benchmark::State& state) {
  constexpr std::uint64_t kRegisterSize = 10'000'000;
  const BenchDir dir;
  const auto store = must(create_rocks_store(dir.path(), {"bench", {}}));
  must(store->add_issuer("did:example:bench"));
  // A published list in the register's place: its entries need no credentials.
  const StatusAllocation list{{0, "bench", 1, {{1, 0, 1}}}, {{0, 1, 3, kRegisterSize, {}, 0}}};
  must(store->allocate_status({&list, 1}));
  std::uint64_t next = 0;
  ChangeRun run{0, 0, 1, "registrar", {}};
  run.changes.resize(static_cast<std::size_t>(state.range(0)));
  for (auto step : state) {
    (void)step;
    run.first_change = next;
    for (StatusChange& change : run.changes) {
      change = {
          {1, next++ * 6'700'417 % kRegisterSize}, StatusValue::valid, StatusValue::revoked, 1};
    }
    must(store->append_changes({&run, 1}));
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
}
BENCHMARK(AppendChanges)->Arg(1'000)->Arg(10'000)->UseRealTime()->MinTime(4);

/// Durable acceptance as the sequencer does it: duplicate check, then append; one call after the
/// other on one thread. The making of the digests is not measured.
void Append(benchmark::State& state) {
  const BenchDir dir;
  const auto store = must(create_rocks_store(dir.path(), {"bench", {}}));
  must(store->add_issuer("did:example:bench"));
  std::mt19937_64 random(1);
  std::vector<Hash> digests;
  std::uint64_t next = 0;
  std::uint64_t waits = 0;
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto step : state) {
    (void)step;
    state.PauseTiming();
    const node::Run run = random_run(next, count, random, digests);
    state.ResumeTiming();
    for (const auto& found : must(store->locate_many(0, digests))) {
      if (found) throw std::runtime_error("a random digest is there already");
    }
    Status done = store->append({&run, 1});
    for (; !done && done.error().code == Errc::too_busy; ++waits) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      done = store->append({&run, 1});
    }
    must(done);
    next += count;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
  state.counters["waits"] = static_cast<double>(waits);
}
BENCHMARK(Append)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->UseRealTime()->MinTime(5.0);

/// The same digests as keys of a plain RocksDB, digest to position, in synced batches.
void SyncedPuts(benchmark::State& state) {
  const BenchDir dir;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  if (!rocksdb::DB::Open(options, dir.path(), &opened).ok()) throw std::runtime_error("open");
  const std::unique_ptr<rocksdb::DB> db(opened);
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::mt19937_64 random(1);
  std::vector<Hash> digests;
  std::uint64_t next = 0;
  const auto count = static_cast<std::uint32_t>(state.range(0));
  for (auto step : state) {
    (void)step;
    state.PauseTiming();
    (void)random_run(next, count, random, digests);
    state.ResumeTiming();
    rocksdb::WriteBatch batch;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t position = next + i;
      const std::string_view key = as_text(digests[i]);
      batch.Put({key.data(), key.size()},
                {reinterpret_cast<const char*>(&position), sizeof position});
    }
    if (!db->Write(synced, &batch).ok()) throw std::runtime_error("write");
    next += count;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
}
BENCHMARK(SyncedPuts)->Arg(1)->Arg(100)->Arg(1'000)->Arg(10'000)->UseRealTime()->MinTime(5.0);

/// A store with sealed batches of 65,536, opened again so that everything comes from files.
class SealedStore {
 public:
  static constexpr std::uint64_t kBatch = 65'536;
  static constexpr std::uint64_t kCredentials = 16 * kBatch;

  static SealedStore& instance() {
    static SealedStore store;
    return store;
  }

  [[nodiscard]] const Store& store() const { return *store_; }

 private:
  SealedStore() {
    {
      FilledStore filled("bench", must(create_rocks_store(dir_.path(), {"bench", {}})));
      const IssuerId issuer = filled.add_issuer("did:example:bench");
      for (std::uint64_t done = 0; done < kCredentials; done += kBatch) {
        for (int i = 0; i < 64; ++i) filled.accept(issuer, kBatch / 64);
        filled.seal();
      }
    }
    store_ = must(open_rocks_store(dir_.path()));
  }

  BenchDir dir_;
  std::unique_ptr<Store> store_;
};

/// Of credentials of the sealed store; enough that their rows do not all stay in the CPU's caches.
std::vector<Hash> random_digests() {
  std::mt19937_64 random(1);
  std::vector<Hash> digests;
  for (int i = 0; i < 100'000; ++i) {
    digests.push_back(FilledStore::digest(0, random() % SealedStore::kCredentials));
  }
  return digests;
}

/// Digest to location, confirmed, in a snapshot of its own.
void Locate(benchmark::State& state) {
  const Store& store = SealedStore::instance().store();
  const std::vector<Hash> digests = random_digests();
  std::size_t turn = 0;
  for (auto step : state) {
    (void)step;
    const Hash& digest = digests[turn++ % digests.size()];
    if (must(store.snapshot()->locate(digest)).size() != 1) throw std::runtime_error("lost");
  }
}
BENCHMARK(Locate)->UseRealTime()->MinTime(2.0);

/// Everything that a prover reads of the batch of one random credential: location, batch, the 16
/// leaves around it, and the siblings from level 4 up.
void ProofReads(benchmark::State& state) {
  const Store& store = SealedStore::instance().store();
  const std::vector<Hash> digests = random_digests();
  std::size_t turn = 0;
  for (auto step : state) {
    (void)step;
    const Hash& digest = digests[turn++ % digests.size()];
    const auto reader = store.snapshot();
    const Location at = must(reader->locate(digest)).at(0);
    const BatchRow batch = must(reader->batch_of(at.issuer, at.position));
    const std::uint64_t index = at.position - batch.first_position;
    const std::uint64_t block = index >> kBatchNodeLevel << kBatchNodeLevel;
    benchmark::DoNotOptimize(must(reader->leaves(at.issuer, batch.first_position + block, 16)));
    for (std::uint32_t level = kBatchNodeLevel; level < 16; ++level) {
      benchmark::DoNotOptimize(must(reader->batch_node(batch, level, (index >> level) ^ 1)));
    }
  }
}
BENCHMARK(ProofReads)->UseRealTime()->MinTime(2.0);

}  // namespace
}  // namespace kedge::test
