// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "node/status/status_calls.hpp"

namespace kedge::node::api {

/// The params of `status_set`; whose lists are meant is not among them. `{"targets":[...],
/// "value"?, "reason"?, "actor"?}` with 1 to kMaxStatusTargets targets:
///
///     "<digest, hex>"
///     {"digest": hex, "value"?: value}
///     {"list": number, "index": number, "value"?: value}
///
/// The value of a target is its own or that of the call. The first thing wrong refuses the call;
/// the error names target and field. Precondition: checked JSON (json_text.hpp). Thread-safe.
Result<SetStatusRequest> parse_status_set(std::string_view params);

/// The params of `status_allocate`: `{"count", "purposes"?: ["revocation","suspension"], "key"}`.
Result<AllocateStatusRequest> parse_status_allocate(std::string_view params);

}  // namespace kedge::node::api
