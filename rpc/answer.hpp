// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"

/// What a JSON-RPC client receives: hostile until it has been checked.
namespace kedge::rpc {

/// No more octets of a message are kept; it is for a person.
inline constexpr std::size_t kMaxErrorMessage = 500;

/// What a server said in a JSON-RPC error (JSON-RPC 2.0 section 5.1).
struct ServerError {
  int code = 0;
  /// Printable, at most kMaxErrorMessage octets.
  std::string message;
  /// The text of `data`; empty if there is none.
  std::string data = {};
  /// `data.field` and `data.expected`, where the server is one of ours.
  std::string field = {};
  std::string expected = {};
};

/// The answer to one call: a result or an error.
struct Answer {
  /// The JSON text of `result`; empty with an error.
  std::string result;
  std::optional<ServerError> error;
};

/// The answer to the call `id`. Refused, as unavailable, is whatever is no JSON-RPC 2.0 response to
/// it: broken or too deep JSON, duplicate names, another id, no `jsonrpc`, neither or both of
/// `result` and `error`. An error may have a null id (section 5).
Result<Answer> parse_answer(std::string_view body, std::uint64_t id, std::size_t max_depth);

/// The answers to the batch of calls `first_id` to `first_id + count - 1`, in the order of the
/// calls, in whatever order they came. Each must be there once and no other. A single error in
/// place of the batch is the answer to each of the calls.
Result<std::vector<Answer>> parse_answers(std::string_view body, std::uint64_t first_id,
                                          std::size_t count, std::size_t max_depth);

/// Code by errc_of().
Error to_error(const ServerError& error);

}  // namespace kedge::rpc
