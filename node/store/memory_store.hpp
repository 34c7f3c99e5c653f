// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "node/store/store.hpp"

namespace kedge::node {

/// A store that forgets everything when it is destroyed; for tests and for trying things out. The
/// contract is that of every engine, snapshots included. Thread-safe as a whole: one mutex.
Result<std::unique_ptr<Store>> make_memory_store(StoreIdentity identity);

}  // namespace kedge::node
