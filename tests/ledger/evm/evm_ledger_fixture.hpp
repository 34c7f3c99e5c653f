// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <gtest/gtest.h>

#include "ledger/evm/evm_ledger.hpp"
#include "tests/support/evm_world.hpp"

namespace kedge::ledger::evm {

inline AnchorIntent intent_of(std::uint64_t epoch) {
  AnchorIntent intent;
  intent.epoch = epoch;
  intent.size = 10 * (epoch + 1);
  intent.root = Hash{static_cast<std::uint8_t>(epoch + 1)};
  return intent;
}

class EvmLedgerTest : public ::testing::Test, protected test::EvmWorld {
 protected:
  Attempt prepare(EvmLedger& ledger, const AnchorIntent& intent,
                  std::span<const Attempt> earlier = {}) {
    auto attempt = ledger.prepare(intent, earlier);
    EXPECT_TRUE(attempt) << attempt.error().message;
    if (attempt) attempt->time_ms = now_ms;
    return attempt ? *std::move(attempt) : Attempt{};
  }
  AnchorProgress poll(EvmLedger& ledger, const AnchorIntent& intent,
                      std::span<const Attempt> attempts) {
    auto progress = ledger.poll(intent, attempts);
    EXPECT_TRUE(progress) << progress.error().message;
    return progress ? *std::move(progress) : AnchorProgress{};
  }
  /// Brings one anchor to the end; the attempts it took.
  std::vector<Attempt> anchor(EvmLedger& ledger, const AnchorIntent& intent) {
    std::vector<Attempt> attempts{prepare(ledger, intent)};
    EXPECT_TRUE(ledger.send(attempts[0]));
    chain.mine();
    chain.mine_empty(2);
    EXPECT_EQ(poll(ledger, intent, attempts).phase, AnchorPhase::final);
    return attempts;
  }
  static std::uint64_t nonce_of(const Attempt& attempt) {
    return decode_transaction(attempt.payload)->transaction.nonce;
  }
};

}  // namespace kedge::ledger::evm
