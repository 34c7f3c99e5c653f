// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>

#include "node/app/node_log.hpp"
#include "node/metrics/call_counts.hpp"
#include "node/metrics/metrics.hpp"
#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"

namespace kedge::node {

/// Counts what the server does, and writes what its answers do not tell into the node's log: faults
/// as errors, slow calls as warnings, refusals for whoever debugs, each with its request.
/// Thread-safe.
class NodeObserver final : public rpc::Observer {
 public:
  struct Parts {
    NodeLog& log;
    Metrics& metrics;
    CallCounts& calls;
    const rpc::MethodTable& methods;
    /// Calls that take longer are named, at most kSlowLines of them a second; 0: none.
    std::chrono::milliseconds slow_call{0};
  };
  static constexpr std::uint32_t kSlowLines = 10;

  /// All must outlive it.
  explicit NodeObserver(const Parts& parts) : parts_(parts) {}

  void on_call(std::string_view method, int code, std::chrono::nanoseconds took,
               const rpc::RequestTag& tag) noexcept override;
  void on_fault(std::string_view method, const Error& error,
                const rpc::RequestTag& tag) noexcept override;
  void on_response(unsigned http_status, const rpc::RequestTag& tag) noexcept override;

 private:
  [[nodiscard]] bool is_slow(std::string_view method, std::chrono::nanoseconds took) const;
  /// Whether a line about a slow call may be written now.
  bool take_line() noexcept;

  const Parts parts_;
  /// The second in which lines were written last, and how many.
  std::atomic<std::int64_t> second_ = 0;
  std::atomic<std::uint32_t> lines_ = 0;
};

}  // namespace kedge::node
