// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::config {

struct ListenAddress {
  /// An IPv4 or IPv6 address, without brackets.
  std::string host;
  std::uint16_t port = 0;
};

/// Reads `127.0.0.1:7410`, `[::1]:7410` or `localhost:7410`, which means 127.0.0.1. Other names are
/// refused: what a node listens on must not depend on a resolver.
Result<ListenAddress> parse_listen_address(std::string_view text);

}  // namespace kedge::config
