// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace kedge::fuzz {

/// RFC 8785 of a parsed value, written as plainly as possible and without any of the project's own
/// JSON code: the other side of a comparison. Numbers are written by the shortest text that reads
/// back, in the form of ECMAScript.
std::string reference_jcs(const nlohmann::json& value);

}  // namespace kedge::fuzz
