// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "rpc/method_table.hpp"
#include "rpc/observer.hpp"

namespace kedge::rpc::test {

/// "Bearer issuer" and "Bearer admin" are known; everything else is not.
class TestAuthorizer final : public Authorizer {
 public:
  [[nodiscard]] Result<Caller> authorize(std::string_view authorization) const override {
    if (authorization.empty()) return Caller{};
    if (authorization == "Bearer issuer") {
      return Caller{.access = Access::issuer, .issuer = "did:example:a", .actor = "an issuer"};
    }
    if (authorization == "Bearer admin") {
      return Caller{.access = Access::admin, .issuer = "did:example:a", .actor = "an operator"};
    }
    return Error{Errc::unauthorized, "a secret reason"};
  }
};

/// Remembers what it was told.
class RecordingObserver final : public Observer {
 public:
  void on_call(std::string_view method, int code, std::chrono::nanoseconds,
               const RequestTag& tag) noexcept override {
    const std::lock_guard lock(mutex_);
    ++calls_[std::string(method) + " " + std::to_string(code)];
    traces_.push_back(std::string(tag.trace));
  }
  void on_fault(std::string_view method, const Error& error,
                const RequestTag& tag) noexcept override {
    const std::lock_guard lock(mutex_);
    faults_.push_back(std::string(method) + ": " + error.message);
    if (tag.number == 0) return;
    fault_ids_.emplace_back();
    append_request_id(fault_ids_.back(), tag);
  }
  void on_response(unsigned http_status, const RequestTag&) noexcept override {
    const std::lock_guard lock(mutex_);
    ++statuses_[http_status];
  }

  void on_connections(std::size_t open) noexcept override { open_ = open; }

  [[nodiscard]] std::size_t open() const { return open_; }
  int calls(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return calls_[key];
  }
  int statuses(unsigned status) {
    const std::lock_guard lock(mutex_);
    return statuses_[status];
  }
  std::vector<std::string> faults() {
    const std::lock_guard lock(mutex_);
    return faults_;
  }
  /// The node's own names of the requests in which they were.
  std::vector<std::string> fault_ids() {
    const std::lock_guard lock(mutex_);
    return fault_ids_;
  }
  /// Of every call, in their order; empty where the request had none.
  std::vector<std::string> traces() {
    const std::lock_guard lock(mutex_);
    return traces_;
  }

 private:
  std::mutex mutex_;
  std::atomic<std::size_t> open_ = 0;
  std::map<std::string, int> calls_;
  std::map<unsigned, int> statuses_;
  std::vector<std::string> faults_;
  std::vector<std::string> fault_ids_;
  std::vector<std::string> traces_;
};

/// Methods of every dispatch and of every way to fail. Deferred answers come from a thread of the
/// table's own; `release()` lets those of `held` go.
class TestTable {
 public:
  TestTable();
  ~TestTable();

  MethodTable methods;

  /// Answers the calls of `held` that wait.
  void release();
  std::size_t held();

 private:
  void add(std::string name, Access access, Dispatch dispatch, Handler handler);

  std::mutex mutex_;
  std::vector<Reply> held_;
  std::vector<std::jthread> threads_;
};

}  // namespace kedge::rpc::test
