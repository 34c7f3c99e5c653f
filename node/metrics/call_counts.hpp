// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/method_table.hpp"

namespace kedge::node {

/// Upper bounds of the buckets of a call's time, in seconds; the last bucket has none.
inline constexpr std::array<double, 16> kLatencyBounds = {
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01,
    0.025,   0.05,   0.1,     0.25,   0.5,   1,      2.5,   10};

/// The codes that are counted by themselves (rpc/errors.hpp); every other one counts as the last.
inline constexpr std::array<int, 12> kCountedCodes = {
    0, -32700, -32600, -32601, -32602, -32603, -32001, -32002, -32003, -32004, -32005, -32000};

/// How the calls of one method went.
struct MethodCounts {
  /// Of the method table, or `unknown`.
  std::string method;
  /// By place in kCountedCodes.
  std::array<std::uint64_t, kCountedCodes.size()> codes{};
  /// By bucket, each call in one of them.
  std::array<std::uint64_t, kLatencyBounds.size() + 1> buckets{};
  std::uint64_t nanoseconds = 0;
};

/// Counts every call and answer. A thread adds to one of a few shards, with relaxed atomics: it
/// waits for nobody, and what it costs is some tens of nanoseconds. Thread-safe.
class CallCounts {
 public:
  /// `methods` must be complete: calls of others count as `unknown`, so that callers cannot invent
  /// series.
  explicit CallCounts(const rpc::MethodTable& methods);

  void add_call(std::string_view method, int code, std::chrono::nanoseconds took) noexcept;
  void add_response(unsigned http_status) noexcept;

  /// All methods, in the order of their names, then `unknown`. Calls that end meanwhile may be
  /// counted in a part of it.
  [[nodiscard]] std::vector<MethodCounts> calls() const;
  /// By HTTP status; those that there were.
  [[nodiscard]] std::map<unsigned, std::uint64_t> responses() const;

 private:
  static constexpr std::size_t kShards = 8;
  static constexpr std::size_t kStatuses = 600;

  using Count = std::atomic<std::uint64_t>;
  struct Row {
    std::array<Count, kCountedCodes.size()> codes{};
    std::array<Count, kLatencyBounds.size() + 1> buckets{};
    Count nanoseconds = 0;
  };
  struct alignas(64) Shard {
    /// One a name, and one for `unknown`.
    std::unique_ptr<Row[]> rows;
    std::array<Count, kStatuses> responses{};
  };

  Shard& own_shard() noexcept;
  [[nodiscard]] std::size_t row_of(std::string_view method) const noexcept;

  /// Sorted.
  std::vector<std::string> names_;
  std::array<Shard, kShards> shards_;
};

}  // namespace kedge::node
