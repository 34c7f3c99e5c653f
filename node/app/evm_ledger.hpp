// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "config/settings.hpp"
#include "ledger/ledger.hpp"
#include "node/anchoring/clock.hpp"

namespace kedge::node {

/// The EVM ledger that the settings describe. Does not connect. invalid_argument names the key
/// whose value is missing or wrong; errors of key files as those of config/secret_file.hpp. `clock`
/// must outlive it.
Result<std::unique_ptr<ledger::Ledger>> open_evm_ledger(const config::LedgerSettings& settings,
                                                        const Clock& clock);

}  // namespace kedge::node
