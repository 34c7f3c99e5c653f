// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

#include "ledger/ledger.hpp"
#include "tests/support/fault_store.hpp"

namespace kedge::test {

/// A ledger in front of another whose k-th call fails, before it is done or after; all others go
/// through. Counts every call but replay, name and capabilities.
class FaultLedger : public ledger::Ledger {
 public:
  /// Never fails if `fail_at` is 0.
  FaultLedger(ledger::Ledger& inner, std::uint64_t fail_at, WriteFault fault)
      : inner_(inner), fail_at_(fail_at), fault_(fault) {}

  [[nodiscard]] std::uint64_t calls() const { return calls_; }
  [[nodiscard]] std::uint64_t sends() const { return sends_; }
  /// From now on all calls fail without being done, or none.
  void set_down(bool down) { down_ = down; }

  [[nodiscard]] const std::string& name() const override { return inner_.name(); }
  [[nodiscard]] std::string_view kind() const override { return inner_.kind(); }
  [[nodiscard]] ledger::Capabilities capabilities() const override { return inner_.capabilities(); }

  Result<ledger::Attempt> prepare(const ledger::AnchorIntent& intent,
                                  std::span<const ledger::Attempt> earlier) override {
    return call([&] { return inner_.prepare(intent, earlier); });
  }
  Status send(const ledger::Attempt& attempt) override {
    ++sends_;
    return call([&] { return inner_.send(attempt); });
  }
  Result<ledger::AnchorProgress> poll(const ledger::AnchorIntent& intent,
                                      std::span<const ledger::Attempt> attempts) override {
    return call([&] { return inner_.poll(intent, attempts); });
  }
  Result<std::optional<ledger::LedgerHead>> head() override {
    return call([&] { return inner_.head(); });
  }
  Status replay(std::uint64_t from_seq,
                const std::function<Status(const ledger::ReplayedAnchor&)>& visit) override {
    return inner_.replay(from_seq, visit);
  }

 private:
  template <class Call>
  auto call(Call call) -> decltype(call()) {
    const std::uint64_t number = ++calls_;
    if (!down_ && number != fail_at_) return call();
    if (!down_ && fault_ == WriteFault::unreported) (void)call();
    // Not `unavailable`: whatever a ledger calls its failure, it is not the node's end.
    return Error{Errc::storage, "injected at call " + std::to_string(number)};
  }

  ledger::Ledger& inner_;
  const std::uint64_t fail_at_;
  const WriteFault fault_;
  std::atomic<bool> down_{false};
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> sends_{0};
};

}  // namespace kedge::test
