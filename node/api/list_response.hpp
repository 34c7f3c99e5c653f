// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "node/api/services.hpp"
#include "rpc/http.hpp"

namespace kedge::node::api {

/// Which of its versions is asked for of a list: the newest one, or that of a time.
struct ListVersion {
  std::optional<std::uint64_t> at_ms;
};

/// Of a query in which nothing but `name` may stand. `timestamp` is an XSD dateTimeStamp (W3C
/// Bitstring Status List v1.0 section 2.4), `time` whole seconds since 1970 (Token Status List
/// section 8.4). A time more than a minute ahead of the node's clock is refused.
Result<ListVersion> parse_version(const rpc::HeaderList& query, std::string_view name,
                                  const Clock& clock);

/// The stored octets, under an `ETag` of their digest. May be kept for `ttl`; a version of a time
/// that has passed, for ever.
rpc::HttpResponse list_response(PublishedList document, std::string_view content_type,
                                const ListVersion& version, std::uint64_t ttl_ms);

/// What is wrong with a request for a list, as a problem document.
rpc::HttpResponse list_problem(const Error& error);
rpc::HttpResponse no_such_list(std::string_view detail);
rpc::HttpResponse list_not_acceptable(std::span<const std::string_view> offered);

}  // namespace kedge::node::api
