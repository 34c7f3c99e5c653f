// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "node/store/store.hpp"

namespace kedge::test {

enum class EngineKind : std::uint8_t { memory, rocks };

/// Keeps what a store has on its disk while no process has it open.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Throws if it cannot be opened. One at a time.
  virtual std::unique_ptr<node::Store> open() = 0;
  /// As when the process ends.
  virtual void close(std::unique_ptr<node::Store> store) = 0;
};

std::vector<EngineKind> engine_kinds();
std::string engine_name(EngineKind kind);

/// A new store of make_identity(), if need be in a folder of `dir`. Throws if it cannot be made.
std::unique_ptr<Engine> make_engine(EngineKind kind, const std::filesystem::path& dir);

}  // namespace kedge::test
