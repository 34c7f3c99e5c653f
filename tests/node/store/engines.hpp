// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "node/store/store.hpp"
#include "tests/support/store_data.hpp"

namespace kedge::test {

/// A store of some engine that can be closed and opened again.
class StoreHost {
 public:
  virtual ~StoreHost() = default;
  virtual node::Store& store() = 0;
  /// Closes the store and opens it again, where the engine can: what must still be there, is.
  virtual void reopen() = 0;
};

struct EngineParam {
  std::string name;
  std::function<std::unique_ptr<StoreHost>()> make;
};

inline std::ostream& operator<<(std::ostream& out, const EngineParam& param) {
  return out << param.name;
}

/// Every engine, and RocksDB also with a locator tail of 64 entries.
std::vector<EngineParam> all_engines();

/// What every fresh host is created with.
node::StoreIdentity test_identity();

class StoreTest : public testing::TestWithParam<EngineParam> {
 protected:
  StoreTest() : host_(GetParam().make()) {}

  node::Store& store() { return host_->store(); }
  std::unique_ptr<node::StoreReader> view() { return host_->store().snapshot(); }
  void reopen() { host_->reopen(); }

  /// Appends, as often as the engine asks for patience.
  Status append_runs(std::span<const node::Run> runs) {
    while (true) {
      Status done = store().append(runs);
      if (done || done.error().code != Errc::too_busy) return done;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  /// Runs the checks on the open store and again after reopening it.
  void twice(const std::function<void()>& checks) {
    {
      SCOPED_TRACE("before reopening");
      checks();
    }
    reopen();
    SCOPED_TRACE("after reopening");
    checks();
  }

 private:
  std::unique_ptr<StoreHost> host_;
};

inline std::string engine_name(const testing::TestParamInfo<EngineParam>& info) {
  return info.param.name;
}

#define KEDGE_ON_ALL_ENGINES(suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(Engine, suite, testing::ValuesIn(kedge::test::all_engines()), \
                           kedge::test::engine_name)

/// The error code of a result, or `none` where there is a value.
template <class T>
std::string code_of(const Result<T>& result) {
  static const char* const names[] = {
      "invalid_argument", "not_found", "already_exists", "unauthorized", "too_busy",
      "unavailable",      "corrupt",   "storage",        "crypto",       "internal"};
  return result ? "none" : names[static_cast<std::size_t>(result.error().code)];
}

}  // namespace kedge::test
