// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/trust_file.hpp"
#include "node/proof/verifier.hpp"

namespace kedge::node {

/// What a trust file says, as the verifier takes it. With ledgers in it, an anchor on one of them
/// is required, and what the node writes down itself is not accepted in its place.
/// invalid_argument if a log key is none.
Result<Trust> trust_of(const config::TrustFile& file);

}  // namespace kedge::node
