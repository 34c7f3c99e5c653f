// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace kedge::node::api {

/// How many items a call of the method is about, from its params (rpc::Method::cost): one for each
/// credential of anchor_submit, target of status_set, index of status_allocate. Params that the
/// handler will refuse cost 1. Empty for all other methods, which cost 1.
std::function<std::uint64_t(std::string_view params)> cost_of(std::string_view method);

}  // namespace kedge::node::api
