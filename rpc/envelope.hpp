// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include <boost/container/small_vector.hpp>

#include "rpc/errors.hpp"

/// JSON-RPC 2.0 (https://www.jsonrpc.org/specification): text in, text out.
namespace kedge::rpc {

/// One request object. The views point into the body.
struct Call {
  std::string method;
  /// The received text of `params`; `{}` if the request has none, or an empty array.
  std::string_view params;
  /// The received text of `id`, a string, a whole number or null; empty for a notification.
  std::string_view id;

  [[nodiscard]] bool notification() const { return id.empty(); }
};

/// What stands in a batch where no request object does. Answered with its id if that could be
/// read, else null.
struct BadCall {
  WireError error;
  std::string_view id = "null";
};

using Entry = std::variant<Call, BadCall>;

struct Envelope {
  bool batch = false;
  /// One if not a batch, else 1 to `max_batch_entries`.
  boost::container::small_vector<Entry, 1> entries;
};

/// Checks the whole body (json_text.hpp) and takes it apart. Refused as a whole with a BadCall:
/// what is not JSON (-32700); an empty or too long batch, and a body that is neither an object nor
/// an array (-32600). A request object may have the members jsonrpc ("2.0"), method, params (an
/// object or an array) and id, and no others.
std::variant<Envelope, BadCall> parse_envelope(std::string_view body, std::size_t max_depth,
                                               std::size_t max_entries);

/// `{"jsonrpc":"2.0","id":<id>,"result":<result>}`.
void append_result(std::string& out, std::string_view id, std::string_view result);
/// The same up to `"result":`; the result and `}` follow.
void begin_result(std::string& out, std::string_view id);
/// `{"jsonrpc":"2.0","id":<id>,"error":{"code","message"[,"data"]}}`.
void append_error(std::string& out, std::string_view id, const WireError& error);
/// The error object alone.
void append_error_object(std::string& out, const WireError& error);

/// A request, for clients. Precondition: `params` is JSON text.
std::string format_call(std::uint64_t id, std::string_view method, std::string_view params);

}  // namespace kedge::rpc
