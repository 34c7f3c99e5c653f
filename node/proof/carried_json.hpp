// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "crypto/result.hpp"

/// The parts of a bundle that are carried as JSON: `status` and the elements of `anchors`.
namespace kedge::node {

/// The RFC 8785 form of an object whose numbers are all integers of at most 53 bits; anything else
/// is invalid_argument with `path` and what follows it. Precondition: nesting is bounded.
Result<std::string> carried_object(const nlohmann::json& value, const std::string& path);

/// The same, for an element of `anchors`: it needs a text `ledger`.
Result<std::string> carried_anchor(const nlohmann::json& value, const std::string& path);

/// The elements of an array of at most kMaxAnchors anchors. Refuses `status` with their path.
std::vector<std::string> read_anchors(const nlohmann::json& value, const std::string& path,
                                      Status& status);

/// The value of a text that carried_object has made. A breach of that throws.
nlohmann::json carried_value(const std::string& canonical);

/// The text `ledger` of an element of `anchors`, at most 64 octets.
Result<std::string> anchor_kind(const std::string& anchor);

}  // namespace kedge::node
