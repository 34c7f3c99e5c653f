// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/store/store.hpp"
#include "rpc/json_writer.hpp"

namespace kedge::node::api {

/// The members `state`, `epoch`, `size`, `root`, `time` and `attempts` of the object that is open.
void write_anchor_members(rpc::JsonWriter& json, const AnchorRow& anchor);

}  // namespace kedge::node::api
