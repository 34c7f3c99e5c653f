// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rpc/http.hpp"

namespace kedge::rpc {

/// Smaller answers are sent as they are.
inline constexpr std::size_t kMinCompressed = std::size_t{4} << 10;

/// Whether finish_response() would compress a body of this size, where it may.
bool wants_gzip(const Route& route, const HttpRequest& request, std::size_t octets);

/// Completes what a route answers. A read that succeeds gets a strong `ETag` unless it has one or
/// must not be stored, and becomes 304 where the client has it already (RFC 9110 sections 8.8.3 and
/// 13.1.2). With `may_compress`, large texts that everybody may read are gzipped for those who take
/// it: never what one caller alone may see, because the size of what is compressed tells of it.
/// Open routes may be read by scripts of other pages.
void finish_response(const Route& route, const HttpRequest& request, bool may_compress,
                     HttpResponse& response);

}  // namespace kedge::rpc
