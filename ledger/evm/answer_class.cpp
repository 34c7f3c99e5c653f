// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/answer_class.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace kedge::ledger::evm {
namespace {

using enum AnswerClass;

struct Rule {
  AnswerClass meaning;
  /// Lower case; must occur in the message. Empty: any message.
  std::string_view text;
  /// nullopt: any code.
  std::optional<int> code = std::nullopt;
};

/// The first that fits wins, so that a text which contains another stands before it, and texts
/// before bare codes.
constexpr Rule kRules[] = {
    // "unknown transaction type" contains "known transaction".
    {refused, "unknown transaction"},
    {already_known, "already known"},
    {already_known, "alreadyknown"},
    {already_known, "known transaction"},
    {already_known, "already imported"},
    {already_known, "already in pool"},
    {already_known, "already exists in the pool"},

    // Before "nonce too low": Besu's text for a gap speaks of a lower nonce.
    {nonce_high, "nonce too high"},
    {nonce_high, "too distant from current sender nonce"},
    {nonce_high, "transaction with a lower nonce exists"},
    {nonce_high, "nonce too far in"},
    {nonce_high, "noncegap"},
    {nonce_low, "nonce too low"},
    {nonce_low, "oldnonce"},
    {nonce_low, "ownnoncealreadyused"},
    {nonce_low, "nonce is too low"},
    {nonce_low, "doesn't have the correct nonce"},
    {nonce_low, "nonce has already been used"},

    {replacement, "replacement transaction underpriced"},
    {replacement, "underpriced replacement"},
    {underpriced, "underpriced"},
    {underpriced, "gas price below"},
    {underpriced, "gas price too low"},
    {underpriced, "feetoolow"},
    {underpriced, "fee too low"},
    {underpriced, "less than block base fee"},
    {underpriced, "is too low for the next block"},
    {underpriced, "below current base fee"},

    {reverted, "execution reverted"},
    {reverted, "transaction reverted"},
    {reverted, "reverted with"},
    {reverted, "vm exception while processing transaction"},
    {reverted, "", 3},

    {refused, "insufficient funds"},
    {refused, "insufficientfunds"},
    {refused, "exceeds account balance"},
    {refused, "doesn't have enough funds"},
    {refused, "not authorized to send"},
    {refused, "not authorised to send"},
    {refused, "wrong chainid"},
    {refused, "chainid is required"},
    {refused, "invalid chain id"},
    {refused, "signed for another chain"},
    {refused, "invalid sender"},
    {refused, "invalid signature"},
    {refused, "invalid transaction"},
    {refused, "intrinsic gas"},
    {refused, "floor data gas"},
    {refused, "exceeds block gas limit"},
    {refused, "gas limit reached"},
    {refused, "gaslimitexceeded"},
    {refused, "exceeds transaction gas limit"},
    {refused, "transaction requires at least"},
    {refused, "tx type not supported"},
    {refused, "transaction type not supported"},
    {refused, "could not decode transaction"},
    {refused, "rlp:"},
    {refused, "rlp decod"},
    {refused, "fee cap exceed"},
    {refused, "exceeds the configured cap"},

    {not_ready, "sync"},
    {not_ready, "transaction pool not enabled"},
    {not_ready, "txpool is full"},
    {not_ready, "pool is full"},
    {not_ready, "rate limit"},
    {not_ready, "rate exceeded"},
    {not_ready, "too many requests"},
    {not_ready, "request limit reached"},
    {not_ready, "maximum number of concurrent requests"},
    {not_ready, "header not found"},
    {not_ready, "credits"},
    {not_ready, "timeout"},
    {not_ready, "timed out"},
    {not_ready, "world state unavailable"},
    {not_ready, "", 429},
    {not_ready, "", 1008},
    {not_ready, "", -32005},
    {not_ready, "", -32055},
};

}  // namespace

std::string_view name_of(AnswerClass value) {
  switch (value) {
    case already_known:
      return "already known";
    case nonce_low:
      return "nonce too low";
    case nonce_high:
      return "nonce too high";
    case underpriced:
      return "underpriced";
    case replacement:
      return "replacement underpriced";
    case reverted:
      return "reverted";
    case not_ready:
      return "not ready";
    case refused:
      return "refused";
    case unknown:
      break;
  }
  return "unknown error";
}

AnswerClass classify(const rpc::ServerError& error) {
  std::string text = error.message;
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  for (const Rule& rule : kRules) {
    if (rule.code && *rule.code != error.code) continue;
    if (rule.text.empty() || text.find(rule.text) != std::string::npos) return rule.meaning;
  }
  return unknown;
}

}  // namespace kedge::ledger::evm
