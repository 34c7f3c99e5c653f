// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "node/store/store.hpp"

namespace kedge::node {

/// Makes a copy of the embedded ledger's file one of the same moment as a copy of the store. The
/// file was copied later, and may have anchors that `copied` does not know yet: they are cut off,
/// as far as `live`, the store as it is now, knows that this node has made them. Whatever else the
/// file has stays in it, because a ledger that is ahead of its node must stay ahead of the copy.
/// corrupt if a line is damaged.
Status cut_to_store(const std::filesystem::path& file, const std::string& ledger,
                    const StoreReader& copied, const StoreReader& live);

}  // namespace kedge::node
