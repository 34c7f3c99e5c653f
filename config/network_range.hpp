// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace kedge::config {

/// `10.0.0.0/8`, `2001:db8::/32`, or one address: a prefix length in range and no bit set behind
/// it, because `10.1.2.3/8` is somebody's mistake.
bool is_network_range(std::string_view text);

}  // namespace kedge::config
