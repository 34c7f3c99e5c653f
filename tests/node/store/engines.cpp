// SPDX-License-Identifier: Apache-2.0
#include "tests/node/store/engines.hpp"

#include "node/store/leaf_windows.hpp"
#include "node/store/memory_store.hpp"
#include "node/store/rocks_store.hpp"
#include "tests/support/temp_dir.hpp"

namespace kedge::test {
namespace {

class MemoryHost final : public StoreHost {
 public:
  MemoryHost() : store_(must(node::make_memory_store(test_identity()))) {}
  node::Store& store() override { return *store_; }
  void reopen() override {}

 private:
  std::unique_ptr<node::Store> store_;
};

class RocksHost final : public StoreHost {
 public:
  explicit RocksHost(node::RocksOptions options) : options_(std::move(options)) {
    options_.block_cache_bytes = std::size_t{8} << 20;
    options_.write_buffer_bytes = std::size_t{1} << 20;
    store_ = must(node::create_rocks_store(dir_.path() / "store", test_identity(), options_));
  }
  node::Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    store_ = must(node::open_rocks_store(dir_.path() / "store", options_));
  }

 private:
  TempDir dir_;
  node::RocksOptions options_;
  std::unique_ptr<node::Store> store_;
};

std::unique_ptr<StoreHost> rocks_with_spill(std::size_t entries) {
  node::RocksOptions options;
  options.locator_spill = entries;
  return std::make_unique<RocksHost>(options);
}

/// Remembers 16 locations and two windows of leaves at most, so that most are read from the files.
std::unique_ptr<StoreHost> rocks_with_tiny_cache() {
  node::RocksOptions options;
  options.locator_spill = 64;
  options.locator_cache_bytes = 256;
  options.leaf_cache_bytes = 2 * node::LeafWindows::kOctets;
  return std::make_unique<RocksHost>(options);
}

}  // namespace

node::StoreIdentity test_identity() {
  node::StoreIdentity identity;
  identity.origin = "test.example/log";
  identity.locator_key.fill(0x5a);
  return identity;
}

std::vector<EngineParam> all_engines() {
  return {{"memory", [] { return std::make_unique<MemoryHost>(); }},
          {"rocks", [] { return rocks_with_spill(8192); }},
          {"rocks_tiny_tail", [] { return rocks_with_spill(64); }},
          {"rocks_tiny_cache", [] { return rocks_with_tiny_cache(); }}};
}

}  // namespace kedge::test
