// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/store/store.hpp"

namespace kedge::test {

/// What happens to the write at which a FaultStore fails. The caller sees the same in both cases.
enum class WriteFault {
  /// Nothing of it reaches the store.
  lost,
  /// All of it reaches the store, but its success is not reported.
  unreported,
};

/// A store whose `fail_at`-th write (from 0, refusals not counted) fails with Errc::storage, and
/// after which, as with any store, no write is taken any more. Reads go on. To recover, destroy it
/// and open the inner store again. As thread-safe as the inner store, but for `writes`.
class FaultStore final : public node::Store {
 public:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  FaultStore(std::unique_ptr<node::Store> inner, std::uint64_t fail_at,
             WriteFault fault = WriteFault::lost)
      : inner_(std::move(inner)), fail_at_(fail_at), fault_(fault) {}

  /// Writes that were tried so far and were not refused.
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// The inner store, for example to go on with it after the fault; this one is empty then.
  std::unique_ptr<node::Store> release() { return std::move(inner_); }

  const node::StoreIdentity& identity() const override { return inner_->identity(); }
  std::unique_ptr<node::StoreReader> snapshot() const override { return inner_->snapshot(); }
  std::unique_ptr<node::StoreReader> before_changes() const override {
    return inner_->before_changes();
  }
  Status checkpoint(const std::filesystem::path& folder) const override {
    return inner_->checkpoint(folder);
  }
  Result<std::vector<std::optional<node::Location>>> locate_many(
      node::IssuerId issuer, std::span<const Hash> digests) const override {
    return inner_->locate_many(issuer, digests);
  }

  Result<node::IssuerRow> add_issuer(std::string_view name) override {
    return write([&] { return inner_->add_issuer(name); });
  }
  Status append(std::span<const node::Run> runs) override {
    return write([&] { return inner_->append(runs); });
  }
  Status seal(const node::Seal& seal) override {
    return write([&] { return inner_->seal(seal); });
  }
  Status append_changes(std::span<const node::ChangeRun> runs) override {
    return write([&] { return inner_->append_changes(runs); });
  }
  Status allocate_status(std::span<const node::StatusAllocation> allocations) override {
    return write([&] { return inner_->allocate_status(allocations); });
  }
  Status record_published(const node::PublishedList& list) override {
    return write([&] { return inner_->record_published(list); });
  }
  Status record_intent(const node::AnchorRow& row) override {
    return write([&] { return inner_->record_intent(row); });
  }
  Status record_attempt(std::string_view ledger, std::uint64_t epoch,
                        const node::AnchorAttempt& attempt) override {
    return write([&] { return inner_->record_attempt(ledger, epoch, attempt); });
  }
  Status record_state(std::string_view ledger, std::uint64_t epoch, node::AnchorState state,
                      std::string_view record, std::uint64_t time_ms) override {
    return write([&] { return inner_->record_state(ledger, epoch, state, record, time_ms); });
  }

 private:
  template <class Write>
  auto write(Write step) -> decltype(step()) {
    const Error fault{Errc::storage, "a write to the store failed, as the test wanted"};
    if (failed_) return fault;
    if (writes_ == fail_at_ && fault_ == WriteFault::lost) {
      failed_ = true;
      ++writes_;
      return fault;
    }
    auto done = step();
    if (!done) return done;
    if (writes_++ == fail_at_) {
      failed_ = true;
      return fault;
    }
    return done;
  }

  std::unique_ptr<node::Store> inner_;
  const std::uint64_t fail_at_;
  const WriteFault fault_;
  std::uint64_t writes_ = 0;
  bool failed_ = false;
};

}  // namespace kedge::test
