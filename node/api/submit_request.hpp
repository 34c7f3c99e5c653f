// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>
#include <vector>

#include "node/anchoring/submission.hpp"

namespace kedge::node::api {

inline constexpr std::chrono::milliseconds kDefaultWait{30'000};
inline constexpr std::chrono::milliseconds kMaxWait{120'000};

/// The params of `anchor_submit`. The issuer is whoever calls.
struct SubmitCall {
  std::vector<SubmitItem> items;
  /// Answer when all items have come so far, or after `timeout` with the states as they are.
  CredentialState wait = CredentialState::accepted;
  std::chrono::milliseconds timeout = kDefaultWait;
};

/// `{"items":[...], "wait"?: state, "timeout_ms"?: 0 to 120,000}` with 1 to kMaxSubmitItems items:
///
///     {"profile": any, "digest": hex}
///     {"profile": "jws" | "jcs" | "jades", "credential": text}
///     {"profile": "jcs" | "jades", "credential": object, hashed from its received text}
///     {"profile": "bytes", "content": base64}
///
/// The first thing wrong refuses the call; the error names item and field. The hot path of the
/// interface: simdjson's on-demand parser, one pass. Precondition: checked JSON (json_text.hpp).
/// Thread-safe.
Result<SubmitCall> parse_submit_call(std::string_view params);

}  // namespace kedge::node::api
