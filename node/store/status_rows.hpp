// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/store/rows.hpp"

/// The values of the rows of status; see rows.hpp for what holds for all of them. What the key says
/// is not in the value.
namespace kedge::node::rows {

std::string encode_changes(std::string_view key, const ChangeRun& run);
/// Refuses a run without changes and one with a change that may not be.
Result<ChangeRun> decode_changes(const Source& row);

std::string encode_target(std::string_view key, const TargetStatus& status);
/// Refuses an unknown value.
Result<TargetStatus> decode_target(const Source& row);
/// Precondition: a well-formed key of the family.
StatusTarget target_of(std::string_view key);

std::string encode_status_list(std::string_view key, const StatusListRow& row);
Result<StatusListRow> decode_status_list(const Source& row);

std::string encode_allocation(std::string_view key, const Allocation& allocation);
Result<Allocation> decode_allocation(const Source& row);

std::string encode_status(std::string_view key, const StatusRow& row);
Result<StatusRow> decode_status(const Source& row);

/// `u16 which ‖ nodes`: bit i of `which` says whether node i is there; the others are zeros.
std::string encode_status_tile(std::string_view key, const StatusTileNodes& nodes);
/// Refuses a node that is there and is zeros.
Result<StoredTile> decode_status_tile(const Source& row);

std::string encode_published(std::string_view key, const PublishedList& list);
Result<PublishedList> decode_published(const Source& row);

}  // namespace kedge::node::rows
