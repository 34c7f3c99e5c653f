// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "node/log/log_proof.hpp"
#include "node/store/store.hpp"

namespace kedge::node::api {

/// The newest published checkpoint; unavailable while the log has not begun.
Result<CheckpointRow> newest_checkpoint(const StoreReader& reader);

/// `wanted`, or the newest checkpoint's size. invalid_argument for `field` if that is beyond what
/// has been published.
Result<std::uint64_t> published_size(const StoreReader& reader, std::optional<std::uint64_t> wanted,
                                     std::string_view field);

/// The log's tiles as the reader has them.
TileSource tiles_of(const StoreReader& reader);

}  // namespace kedge::node::api
