// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <variant>

#include "rpc/http.hpp"

namespace kedge::node {

inline constexpr std::string_view kNdjsonType = "application/x-ndjson";
/// Lines of one body; beyond: 413 for all of it, and nothing is stored. Bounds the answer, which
/// has a line for each, to about 40 MB.
inline constexpr std::size_t kMaxNdjsonLines = 100'000;

/// `POST /v1/anchors` with a stream of items, one a line, as in `anchor_submit`; empty lines are
/// skipped. Query: `wait`, `timeout_ms`. The good lines go into calls of up to kMaxSubmitItems
/// items; each line has its own fate, so that, unlike with one call, a bad line keeps no other from
/// being stored. The answer is a stream, too, a line for each line, in their order:
///
///     {"line":1,"digest":"…","position":17,"state":"accepted","duplicate":false}
///     {"line":2,"error":{"status":400,"detail":"…","code":-32602,"field":"digest","expected":"…"}}
///
/// Lines count from 1. What concerns all lines (who may, what is too much) is answered as a problem
/// document. Sending the same stream again is safe.
std::variant<rpc::RoutePlan, rpc::HttpResponse> plan_ndjson(const rpc::HttpRequest& request);

}  // namespace kedge::node
