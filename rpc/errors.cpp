// SPDX-License-Identifier: Apache-2.0
#include "rpc/errors.hpp"

#include <algorithm>

namespace kedge::rpc {
namespace {

std::string located(const Error& error) {
  return error.field.empty() ? error.message : error.field + ": " + error.message;
}

}  // namespace

WireError to_wire(const Error& error) {
  switch (error.code) {
    case Errc::invalid_argument:
      return {.code = kInvalidParams,
              .http_status = 200,
              .message = "invalid params: " + located(error),
              .field = error.field,
              .expected = error.message};
    case Errc::not_found:
      return {.code = kNotFound,
              .http_status = 200,
              .message = located(error),
              .field = error.field,
              .expected = error.field.empty() ? std::string() : error.message};
    case Errc::already_exists:
      return {.code = kAlreadyExists,
              .http_status = 200,
              .message = located(error),
              .field = error.field,
              .expected = error.field.empty() ? std::string() : error.message};
    case Errc::unauthorized:
      return {.code = kForbidden, .http_status = 403, .message = "forbidden"};
    case Errc::too_busy:
    case Errc::unavailable:
      return {.code = kLimitExceeded,
              .http_status = 503,
              .message = located(error),
              .retry_after = kRetryAfterSeconds};
    case Errc::corrupt:
    case Errc::storage:
    case Errc::crypto:
    case Errc::internal:
      break;
  }
  return {.code = kInternalError, .http_status = 500, .message = "internal error"};
}

WireError parse_error(const Error& error) {
  return {.code = kParseError,
          .http_status = 400,
          .message = "parse error: " + error.message,
          .field = error.field,
          .expected = error.message};
}

WireError invalid_request(std::string field, std::string expected) {
  std::string message = "invalid request: ";
  if (!field.empty()) message += field + ": ";
  message += expected;
  return {.code = kInvalidRequest,
          .http_status = 400,
          .message = std::move(message),
          .field = std::move(field),
          .expected = std::move(expected)};
}

WireError method_not_found(std::string_view method) {
  constexpr std::size_t kShown = 100;
  std::string name(method.substr(0, kShown));
  if (method.size() > kShown) name += "...";
  return {.code = kMethodNotFound, .http_status = 200, .message = "unknown method: " + name};
}

WireError rate_limited(std::uint64_t retry_after) {
  constexpr std::uint64_t kLongest = 86'400;
  const auto seconds = static_cast<unsigned>(std::clamp<std::uint64_t>(retry_after, 1, kLongest));
  return {.code = kLimitExceeded,
          .http_status = 429,
          .message = "too many items were asked for; retry later",
          .retry_after = seconds};
}

Errc errc_of(int code) {
  switch (code) {
    case kParseError:
    case kInvalidRequest:
    case kMethodNotFound:
    case kInvalidParams:
      return Errc::invalid_argument;
    case kNotFound:
      return Errc::not_found;
    case kAlreadyExists:
      return Errc::already_exists;
    case kUnauthorized:
    case kForbidden:
      return Errc::unauthorized;
    case kLimitExceeded:
      return Errc::too_busy;
    default:
      return Errc::internal;
  }
}

}  // namespace kedge::rpc
