// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "config/data_dir.hpp"
#include "config/settings.hpp"
#include "ledger/ledger.hpp"
#include "node/anchoring/clock.hpp"

namespace kedge::node {

/// Opens the configured ledgers, in their order. Errors name the ledger. `clock` must outlive them.
Result<std::vector<std::unique_ptr<ledger::Ledger>>> open_ledgers(const config::Settings& settings,
                                                                  const Clock& clock);

}  // namespace kedge::node
