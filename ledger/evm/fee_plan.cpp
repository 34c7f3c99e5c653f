// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/fee_plan.hpp"

#include <algorithm>

namespace kedge::ledger::evm {
namespace {

U256 raised(const U256& price) {
  // Nothing below the cap comes near 256 bits.
  return scale_up(price, 110, 100).value_or(price);
}

/// What is offered: as much as wanted, but not above the cap, and enough to replace `last`.
Result<U256> offer(const U256& wanted, const U256& cap, const U256* last) {
  U256 price = std::min(wanted, cap);
  if (last != nullptr) price = std::max(price, raised(*last));
  if (price <= cap) return price;
  return Error{Errc::too_busy, "the chain asks for more than max_gas_price"};
}

}  // namespace

bool can_raise(const FeeRules& rules, const Transaction& last) {
  return rules.mode != FeeMode::zero && !last.gas_price.is_zero() &&
         raised(last.gas_price) <= rules.max_gas_price;
}

Status set_fees(const FeeRules& rules, const FeeMarket& market, const Transaction* last,
                Transaction& out) {
  out.gas_limit = rules.gas_limit;
  out.gas_price = U256();
  out.priority_fee = U256();
  out.type = TransactionType::legacy;
  if (rules.mode == FeeMode::zero) return {};

  U256 wanted = rules.gas_price.is_zero() ? market.gas_price : rules.gas_price;
  if (rules.mode == FeeMode::dynamic) {
    if (!market.base_fee) {
      return invalid_argument("the chain has no dynamic fees (EIP-1559)", "fees");
    }
    out.type = TransactionType::dynamic_fee;
    const U256 tip = rules.priority_fee.is_zero() ? market.priority_fee : rules.priority_fee;
    const auto tip_offer =
        offer(tip, rules.max_gas_price, last != nullptr ? &last->priority_fee : nullptr);
    if (!tip_offer) return tip_offer.error();
    out.priority_fee = *tip_offer;
    // The base fee may double in six blocks.
    const U256 twice = multiply(*market.base_fee, 2).value_or(rules.max_gas_price);
    wanted = add(twice, out.priority_fee).value_or(rules.max_gas_price);
  }
  const auto price =
      offer(wanted, rules.max_gas_price, last != nullptr ? &last->gas_price : nullptr);
  if (!price) return price.error();
  out.gas_price = *price;
  if (market.base_fee && out.gas_price < *market.base_fee) {
    return Error{Errc::too_busy, "the chain asks for more than max_gas_price"};
  }
  return {};
}

}  // namespace kedge::ledger::evm
