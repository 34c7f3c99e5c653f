// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "config/settings.hpp"
#include "node/anchoring/clock.hpp"
#include "node/app/node_log.hpp"
#include "node/store/store.hpp"
#include "node/webhooks/webhooks.hpp"

namespace kedge::node {

/// What tells the receivers that the settings name; nullptr if they name none. All must outlive it.
/// invalid_argument names the key whose value cannot be used; corrupt if the file of what was told
/// contradicts itself.
Result<std::unique_ptr<Webhooks>> open_webhooks(const config::Settings& settings,
                                                const Store& store, const Clock& clock,
                                                NodeLog& log);

}  // namespace kedge::node
