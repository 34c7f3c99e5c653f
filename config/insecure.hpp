// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "config/load.hpp"
#include "config/settings.hpp"

namespace kedge::config {

/// What is allowed and nevertheless asks for trouble on a network: settings that are good one by
/// one and not together. `kedge node` does not start with any unless `--insecure` is said. The
/// lines of the problems are 0. Empty if there are none:
///
/// - `rpc.listen` or `rpc.admin_listen` beyond this machine without TLS: everybody on the way reads
///   the tokens of issuers, and writes with them;
/// - `rpc.trusted_proxies` with a network of everybody: each client says itself who it is;
/// - `rate.exempt` with a network of everybody, no `rate.client` or no `access.record` while others
///   than this machine can connect.
///
/// That writing needs a token is no setting: there is no node without.
std::vector<Problem> insecure_combinations(const Settings& settings);

}  // namespace kedge::config
