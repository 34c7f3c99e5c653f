// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/answer_class.hpp"

#include <gtest/gtest.h>

namespace kedge::ledger::evm {
namespace {

using enum AnswerClass;

struct Case {
  AnswerClass meaning;
  int code;
  const char* text;
};

/// What geth, Besu, Nethermind, anvil, hardhat, ganache and providers say.
constexpr Case kCases[] = {
    {already_known, -32000, "already known"},
    {already_known, -32000, "known transaction: 5ad1"},
    {already_known, -32000, "Known transaction"},
    {already_known, -32000, "AlreadyKnown"},
    {already_known, -32003, "transaction already imported"},
    {refused, -32000, "unknown transaction type"},
    {nonce_low, -32000, "nonce too low: next nonce 3, tx nonce 2"},
    {nonce_low, -32001, "Nonce too low"},
    {nonce_low, -32010, "OldNonce, Current nonce: 4"},
    {nonce_low, -32010, "OwnNonceAlreadyUsed"},
    {nonce_low, -32000, "Nonce too low. Expected nonce to be 4 but got 3."},
    {nonce_low, -32000, "the tx doesn't have the correct nonce. account has nonce of: 4"},
    {nonce_high, -32006, "Nonce too high"},
    {nonce_high, -32000, "Transaction nonce is too distant from current sender nonce"},
    {nonce_high, -32000, "An invalid transaction with a lower nonce exists"},
    {nonce_high, -32010, "NonceGap, Future nonce. Expected nonce: 4"},
    {nonce_high, -32000, "nonce too far in future"},
    {replacement, -32000, "replacement transaction underpriced"},
    {replacement, -32000, "Replacement transaction underpriced"},
    {replacement, -32000,
     "Replacement transaction underpriced. A gasPrice/maxFeePerGas of at least 2 is necessary"},
    {underpriced, -32003, "transaction underpriced"},
    {underpriced, -32000, "transaction gas price below minimum: gas tip cap 0, minimum needed 1"},
    {underpriced, -32003, "max fee per gas less than block base fee"},
    {underpriced, -32009, "Gas price below configured minimum gas price"},
    {underpriced, -32009, "gas price below current base fee"},
    {underpriced, -32010, "FeeTooLowToCompete"},
    {underpriced, -32000, "Transaction gasPrice (1) is too low for the next block"},
    {refused, -32003, "Insufficient funds for gas * price + value"},
    {refused, -32004, "Upfront cost exceeds account balance"},
    {refused, -32010, "InsufficientFunds, Account balance: 0"},
    {refused, -32000, "Sender doesn't have enough funds to send tx. The max upfront cost is: 1"},
    {refused, -32000, "intrinsic gas too low: gas 1, minimum needed 21000"},
    {refused, -32003, "Intrinsic gas exceeds gas limit"},
    {refused, -32005, "Transaction gas limit exceeds block gas limit"},
    {refused, -32000, "exceeds block gas limit"},
    {refused, -32000, "Transaction requires at least 21064 gas but got 21000"},
    {refused, -32000, "Wrong chainId"},
    {refused, -32000, "invalid chain id for signer: have 1 want 2"},
    {refused, -32602,
     "Trying to send an incompatible EIP-155 transaction, signed for another chain."},
    {refused, -32700, "Invalid signature v value"},
    {refused, -32000, "invalid sender"},
    {refused, -32007, "Sender account not authorized to send transactions"},
    {refused, -32700, "Could not decode transaction: invalid type"},
    {refused, -32602, "Invalid transaction type"},
    {not_ready, -32008, "Initial sync is still in progress"},
    {not_ready, -32002, "Transaction pool not enabled"},
    {not_ready, -32000, "txpool is full"},
    {not_ready, -32005, "daily request count exceeded, request rate limited"},
    {not_ready, -32007, "50/second request limit reached"},
    {not_ready, 429, "Your app has exceeded its compute units"},
    {not_ready, -32016, "over rate limit"},
    {not_ready, -32005, ""},
    {reverted, 3, "execution reverted: StaleHead"},
    {reverted, 3, ""},
    {reverted, -32603, "Error: VM Exception while processing transaction: reverted with reason"},
    {reverted, -32000, "VM Exception while processing transaction: revert"},
    {unknown, -32603, "internal error"},
    {unknown, -32000, ""},
    {unknown, -32001, "resource not found"},
};

TEST(AnswerClass, KnowsTheWordsOfTheClients) {
  for (const Case& known : kCases) {
    const AnswerClass found = classify({.code = known.code, .message = known.text});
    EXPECT_EQ(found, known.meaning) << known.text << ": " << name_of(found);
  }
}

}  // namespace
}  // namespace kedge::ledger::evm
