// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

/// The one table from errors to the wire (JSON-RPC 2.0 section 5.1 and our own range).
namespace kedge::rpc {

inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
/// The thing asked for is not there.
inline constexpr int kNotFound = -32001;
inline constexpr int kAlreadyExists = -32002;
/// Credentials are missing or wrong (RFC 9110 section 15.5.2).
inline constexpr int kUnauthorized = -32003;
/// The credentials are good, and do not allow this (RFC 9110 section 15.5.4).
inline constexpr int kForbidden = -32004;
/// A bound is reached or the node is stopping; retry after `data.retry_after` seconds.
inline constexpr int kLimitExceeded = -32005;

/// The value of Retry-After with every 503.
inline constexpr unsigned kRetryAfterSeconds = 1;

/// An error as it is sent. `http_status` is that of an answer to a single call; a batch is always
/// answered 200 and its entries carry the codes.
struct WireError {
  int code = kInternalError;
  unsigned http_status = 500;
  /// Meant for the caller; holds no detail of a fault of ours.
  std::string message;
  /// -32700, -32600, -32602: path of the offending input; empty where there is none.
  std::string field = {};
  /// -32700, -32600, -32602: what was expected there; empty where there is nothing to say.
  std::string expected = {};
  /// Seconds, with 503 and 429 only.
  unsigned retry_after = 0;
  /// The value of WWW-Authenticate, with 401 and 403 (RFC 6750 section 3); empty for none.
  std::string challenge = {};
};

/// The table. unauthorized is 403 here: who a handler is called by is known, and what it wants is
/// not allowed; 401 is for whoever is not known, in rpc/access.hpp. What corrupt, storage, crypto
/// and internal say stays here: the answer is "internal error" and nothing more.
WireError to_wire(const Error& error);

/// 400, -32700: not JSON that we take. `error.message` says what is wrong and where.
WireError parse_error(const Error& error);
/// 400, -32600: JSON, but not a JSON-RPC 2.0 request.
WireError invalid_request(std::string field, std::string expected);
/// 200, -32601.
WireError method_not_found(std::string_view method);

/// 429, -32005: the caller has asked for more than its rate (rpc/rate_limiter.hpp). Seconds.
WireError rate_limited(std::uint64_t retry_after);

/// The way back, for clients: the Errc that a code of the wire stands for.
Errc errc_of(int code);

}  // namespace kedge::rpc
