// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/anchoring/pending_changes.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// What the lists of one issuer become with its pending changes. `row`: the issuer as it is after
/// the batches of the same epoch. The result lacks what its place in the log decides: issuer_seq,
/// log_index, epoch and time.
///
/// corrupt unless everything that is built on leads to what was signed before: the newest status
/// entry to the issuer's status root, and the tiles of each list that changes to its bits_root. A
/// function over what `reader` sees.
Result<StatusSeal> seal_changes(const StoreReader& reader, const IssuerRow& row,
                                const PendingChanges& pending);

}  // namespace kedge::node
