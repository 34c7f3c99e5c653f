// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string_view>

#include "node/access/record_check.hpp"
#include "node/store/store.hpp"

namespace kedge::node {

/// The heads that the log's store holds for the record of `origin`, for check_record. `reader` must
/// outlive it.
NextHead record_heads(const StoreReader& reader, std::string_view origin);

/// Checks the record against them. Without a file and without heads there is no record, and nothing
/// is wrong.
Result<RecordCheck> audit_record(const StoreReader& reader, const std::filesystem::path& file,
                                 std::string_view origin, const RecordVisitor& visit = {});

}  // namespace kedge::node
