// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rpc/http.hpp"

/// Results of calls, in whatever form they come, as they are sent.
namespace kedge::rpc {

/// About how many octets it has.
std::size_t size_of(const CallResult& result);

/// Appends the answer to a call with this id; the memory of its text is the thread's next spare.
void append_answer(std::string& out, std::string_view id, CallResult&& result);

/// What a route is told of it. May throw what writing throws.
CallOutcome outcome_of(std::variant<CallResult, WireError>&& answer);

}  // namespace kedge::rpc
