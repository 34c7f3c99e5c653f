// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/http.hpp"
#include "rpc/hub.hpp"

/// Requests for connections that stay open: what they ask for, and what is wrong with them.
namespace kedge::rpc {

/// Whether these header fields ask for a WebSocket (RFC 6455 section 4.2.1).
bool asks_for_web_socket(const HeaderList& headers);

/// What a request for a WebSocket is refused with; nullopt if it is good: 426 for another version
/// of the protocol, 400 for a malformed one, 403 for the script of a web page (a field Origin) that
/// neither comes from the host that it asks nor is in `allowed`.
std::optional<HttpResponse> web_socket_refusal(const HeaderList& headers,
                                               std::span<const std::string> allowed);

/// What an event stream is asked for.
struct StreamRequest {
  std::vector<Topic> topics;
  /// The field Last-Event-ID: the newest event that the client has seen.
  std::optional<std::uint64_t> last;
};

/// Reads `topics=checkpoint,anchor`, the keys of those topics that have one, and the field
/// Last-Event-ID (WHATWG HTML section 9.2.4). invalid_argument names the parameter.
Result<StreamRequest> read_stream_request(const Hub& hub, std::string_view query,
                                          const HeaderList& headers, std::size_t max_topics);

}  // namespace kedge::rpc
