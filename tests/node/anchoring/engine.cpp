// SPDX-License-Identifier: Apache-2.0
#include "tests/node/anchoring/engine.hpp"

#include <stdexcept>

#include "node/store/memory_store.hpp"
#include "node/store/rocks_store.hpp"
#include "tests/node/anchoring/test_log.hpp"

namespace kedge::test {
namespace {

class MemoryEngine final : public Engine {
 public:
  std::unique_ptr<node::Store> open() override { return std::move(store_); }
  void close(std::unique_ptr<node::Store> store) override { store_ = std::move(store); }

 private:
  std::unique_ptr<node::Store> store_ = *node::make_memory_store(make_identity());
};

class RocksEngine final : public Engine {
 public:
  explicit RocksEngine(std::filesystem::path path) : path_(std::move(path)) {
    const auto made = node::create_rocks_store(path_, make_identity(), options());
    if (!made) throw std::runtime_error(made.error().message);
  }
  std::unique_ptr<node::Store> open() override {
    auto store = node::open_rocks_store(path_, options());
    if (!store) throw std::runtime_error(store.error().message);
    return *std::move(store);
  }
  void close(std::unique_ptr<node::Store> store) override { store.reset(); }

 private:
  /// Small, so that a short run also spills the locator.
  static node::RocksOptions options() {
    return {.block_cache_bytes = std::size_t{1} << 20, .locator_spill = 16};
  }

  std::filesystem::path path_;
};

}  // namespace

std::vector<EngineKind> engine_kinds() {
  return {EngineKind::memory, EngineKind::rocks};
}

std::string engine_name(EngineKind kind) {
  return kind == EngineKind::memory ? "memory" : "rocks";
}

std::unique_ptr<Engine> make_engine(EngineKind kind, const std::filesystem::path& dir) {
  if (kind == EngineKind::memory) return std::make_unique<MemoryEngine>();
  return std::make_unique<RocksEngine>(dir / "store");
}

}  // namespace kedge::test
