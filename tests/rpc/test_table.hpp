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
  void on_call(std::string_view method, int code, std::chrono::nanoseconds) noexcept override {
    const std::lock_guard lock(mutex_);
    ++calls_[std::string(method) + " " + std::to_string(code)];
  }
  void on_fault(std::string_view method, const Error& error) noexcept override {
    const std::lock_guard lock(mutex_);
    faults_.push_back(std::string(method) + ": " + error.message);
  }
  void on_response(unsigned http_status) noexcept override {
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

 private:
  std::mutex mutex_;
  std::atomic<std::size_t> open_ = 0;
  std::map<std::string, int> calls_;
  std::map<unsigned, int> statuses_;
  std::vector<std::string> faults_;
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
