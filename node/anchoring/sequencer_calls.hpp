// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <utility>

#include "node/anchoring/sequencer.hpp"

/// What the files of the sequencer share.
namespace kedge::node {

/// Calls once, and lets go of what the callback holds.
template <class Callback, class Value>
void call_once(Callback& callback, Value&& value) {
  if (const Callback call = std::exchange(callback, nullptr)) call(std::forward<Value>(value));
}

template <class Kind>
std::map<IssuerId, std::vector<Kind*>> Sequencer::by_issuer(std::span<Kind* const> calls) {
  std::map<IssuerId, std::vector<Kind*>> issuers;
  for (Kind* call : calls) {
    const Result<IssuerId> issuer = log_->issuer(call->request.issuer);
    if (issuer) {
      issuers[*issuer].push_back(call);
    } else {
      call_once(call->callback, issuer.error());
    }
  }
  return issuers;
}

template <class Kind>
void Sequencer::refuse(std::span<Kind* const> calls, const Error& error) {
  if (log_->fault()) return note_fault(error);
  for (Kind* call : calls) call_once(call->callback, error);
}

}  // namespace kedge::node
