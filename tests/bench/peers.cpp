// SPDX-License-Identifier: Apache-2.0
// The same work done by others, each as a word of one program that prints one number: how often a
// second. `kedge bench` and `kedge_scale` run it beside their own scenarios.
//   kedge_bench_peers sha-limit SECONDS          leaves of a tree that SHA-NI could hash at most
//   kedge_bench_peers openssl-tree SECONDS       leaves of a tree hashed by OpenSSL
//   kedge_bench_peers puts SECONDS PER_WRITE DIR synced puts of digests into a plain RocksDB
//   kedge_bench_peers compact STORE              compacts a store that nobody has open
//   kedge_bench_peers log SECONDS RATE OCTETS DIR  a bare log, RATE synced appends a second: the
//                                                p99 of their latencies, as how often a second
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <openssl/evp.h>
#include <rocksdb/db.h>
#include <rocksdb/utilities/options_util.h>
#include <unistd.h>

#include "node/bench/requests.hpp"
#include "node/bench/stopwatch.hpp"
#include "rpc/latency_histogram.hpp"
#include "tests/bench/raw_sha_ni.hpp"

namespace kedge::bench {
namespace {

using node::bench::Stopwatch;
using node::bench::times_per_second;

constexpr std::size_t kLeafEntry = 49;

/// A leaf is one compression, and a node, of which there is one a leaf, two.
double sha_limit(double seconds) {
  constexpr double kCompressionsPerLeaf = 3;
  constexpr std::size_t kBlocks = 10'000;
  double best = 0;
  volatile std::uint32_t kept = 0;
  for (const int streams : {2, 3, 4}) {
    const double rounds =
        times_per_second(seconds / 3, [&] { kept = raw_sha_ni(streams, kBlocks); });
    best = std::max(best, rounds * kBlocks * streams);
  }
  return best / kCompressionsPerLeaf;
}

/// The fastest way through OpenSSL's public interface: one context, the algorithm fetched once.
class OpenSslTree {
 public:
  OpenSslTree()
      : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {}
  ~OpenSslTree() {
    EVP_MD_CTX_free(context_);
    EVP_MD_free(algorithm_);
  }
  OpenSslTree(const OpenSslTree&) = delete;
  OpenSslTree& operator=(const OpenSslTree&) = delete;

  Hash root(const Bytes& entries, std::vector<Hash>& row) {
    std::size_t count = entries.size() / kLeafEntry;
    for (std::size_t i = 0; i < count; ++i) {
      row[i] = hash(0, entries.data() + i * kLeafEntry, kLeafEntry);
    }
    while (count > 1) {
      for (std::size_t i = 0; i < count / 2; ++i) {
        row[i] = hash(1, row[2 * i].data(), 2 * sizeof(Hash));
      }
      if (count % 2 != 0) row[count / 2] = row[count - 1];
      count = (count + 1) / 2;
    }
    return row[0];
  }

 private:
  Hash hash(std::uint8_t prefix, const std::uint8_t* data, std::size_t size) {
    Hash out;
    EVP_DigestInit_ex2(context_, algorithm_, nullptr);
    EVP_DigestUpdate(context_, &prefix, 1);
    EVP_DigestUpdate(context_, data, size);
    EVP_DigestFinal_ex(context_, out.data(), nullptr);
    return out;
  }

  EVP_MD* algorithm_;
  EVP_MD_CTX* context_;
};

double openssl_tree(double seconds) {
  constexpr std::size_t kLeaves = 1'000'000;
  const Bytes entries(kLeaves * kLeafEntry, 0x5a);
  std::vector<Hash> row(kLeaves);
  OpenSslTree tree;
  return times_per_second(seconds, [&] { (void)tree.root(entries, row); }) * kLeaves;
}

rocksdb::DB* opened(const rocksdb::Status& status, rocksdb::DB* db) {
  if (!status.ok()) throw std::runtime_error(status.ToString());
  return db;
}

/// Digest to position, one key each, in synced batches: how a store without a locator would do it.
/// A second of the clock, because most of it is waiting.
double puts(double seconds, std::uint64_t per_write, const std::string& folder) {
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(options, folder, &raw);
  const std::unique_ptr<rocksdb::DB> db(opened(status, raw));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::uint64_t next = 0;
  const Stopwatch watch;
  while (watch.seconds() < seconds || next == 0) {
    rocksdb::WriteBatch batch;
    for (std::uint64_t i = 0; i < per_write; ++i, ++next) {
      const Hash digest = node::bench::digest_of(next);
      batch.Put({reinterpret_cast<const char*>(digest.data()), digest.size()},
                {reinterpret_cast<const char*>(&next), sizeof next});
    }
    if (!db->Write(synced, &batch).ok()) throw std::runtime_error("a write has failed");
  }
  return static_cast<double>(next) / watch.seconds();
}

/// With the options that the store was made with. Answers how often a second, as all do.
double compact(const std::string& store) {
  const Stopwatch watch;
  rocksdb::ConfigOptions reading;
  rocksdb::DBOptions options;
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  rocksdb::Status status = rocksdb::LoadLatestOptions(reading, store, &options, &families);
  if (!status.ok()) throw std::runtime_error(status.ToString());
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  status = rocksdb::DB::Open(options, store, families, &handles, &raw);
  const std::unique_ptr<rocksdb::DB> db(opened(status, raw));
  for (rocksdb::ColumnFamilyHandle* handle : handles) {
    status = db->Flush({}, handle);
    if (status.ok()) status = db->CompactRange({}, handle, nullptr, nullptr);
    if (!status.ok()) throw std::runtime_error(status.ToString());
    db->DestroyColumnFamilyHandle(handle);
  }
  return 1 / watch.seconds();
}

/// What durable acceptance would be if nothing were kept but the octets: an append is due at its
/// time, all that are due are written and synced together, and each counts from when it was due.
double bare_log(double seconds, double rate, std::size_t octets, const std::string& folder) {
  using Clock = std::chrono::steady_clock;
  if (rate <= 0 || octets == 0) throw std::runtime_error("expected a rate and a size above 0");
  std::filesystem::create_directories(folder);
  const std::string path = folder + "/bare.log";
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0) throw std::runtime_error("cannot write " + path);
  const auto whole = static_cast<std::uint64_t>(seconds * rate) + 1;
  const auto due = [rate, start = Clock::now()](std::uint64_t number) {
    const std::chrono::duration<double> after(static_cast<double>(number) / rate);
    return start + std::chrono::duration_cast<Clock::duration>(after);
  };
  rpc::LatencyHistogram latencies;
  std::string text;
  bool good = true;
  for (std::uint64_t done = 0; good && done < whole;) {
    std::this_thread::sleep_until(due(done));
    std::uint64_t end = done + 1;
    for (const auto now = Clock::now(); end < whole && due(end) <= now;) ++end;
    text.assign((end - done) * octets, 'x');
    good = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
           ::fdatasync(file) == 0;
    for (const auto now = Clock::now(); done < end; ++done) latencies.add(now - due(done));
  }
  ::close(file);
  std::filesystem::remove(path);
  if (!good) throw std::runtime_error("cannot write " + path);
  return 1000 / latencies.quantile_ms(0.99);
}

double run(const std::vector<std::string>& words) {
  const std::string name = words.empty() ? "" : words[0];
  const auto number = [&](std::size_t at) { return std::atof(words.at(at).c_str()); };
  if (name == "sha-limit" && words.size() == 2) return sha_limit(number(1));
  if (name == "openssl-tree" && words.size() == 2) return openssl_tree(number(1));
  if (name == "compact" && words.size() == 2) return compact(words[1]);
  if (name == "puts" && words.size() == 4) {
    return puts(number(1), static_cast<std::uint64_t>(number(2)), words[3]);
  }
  if (name == "log" && words.size() == 5) {
    return bare_log(number(1), number(2), static_cast<std::size_t>(number(3)), words[4]);
  }
  throw std::runtime_error(
      "expected sha-limit, openssl-tree, puts, compact or log, and its arguments");
}

}  // namespace
}  // namespace kedge::bench

int main(int argc, char** argv) {
  try {
    const double figure = kedge::bench::run({argv + 1, argv + argc});
    std::cout << std::fixed << figure << '\n';
    return 0;
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}
