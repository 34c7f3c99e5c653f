// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/settings.hpp"
#include "crypto/result.hpp"
#include "rpc/server.hpp"

namespace kedge::node {

/// What the settings say about the server, without its certificate. invalid_argument with the key
/// that is wrong.
Result<rpc::ServerOptions> server_options(const config::Settings& settings);

}  // namespace kedge::node
