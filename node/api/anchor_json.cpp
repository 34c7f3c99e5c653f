// SPDX-License-Identifier: Apache-2.0
#include "node/api/anchor_json.hpp"

#include "node/api/lookup.hpp"

namespace kedge::node::api {

void write_anchor_members(rpc::JsonWriter& json, const AnchorRow& anchor) {
  json.string("state", anchor_state_name(anchor.state))
      .number("epoch", anchor.epoch)
      .number("size", anchor.size)
      .hash("root", anchor.root)
      .time("time", anchor.time_ms)
      .begin_array("attempts");
  for (const AnchorAttempt& attempt : anchor.attempts) {
    json.begin_object()
        .string("reference", attempt.reference)
        .time("time", attempt.time_ms)
        .end_object();
  }
  json.end_array();
}

}  // namespace kedge::node::api
