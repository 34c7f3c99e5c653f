// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "crypto/cbor.hpp"

/// CBOR form of the parts of a bundle that are carried as JSON: texts of at least 40 lower-case hex
/// characters, an even number of them, are byte strings, everything else is itself.
namespace kedge::node {

/// Precondition: a value as carried_object accepts it; another one throws.
void write_carried(CborWriter& writer, const nlohmann::json& value);

/// The same for a bundle's `status`, whose log entry (`epochEntry`, base64 in JSON) is a byte
/// string as elsewhere.
void write_carried_status(CborWriter& writer, const nlohmann::json& value);

/// Reads one map. Refuses what write_carried does not write, and nesting that the JSON form of a
/// bundle could not have.
nlohmann::json read_carried(CborReader& reader, const std::string& path);

/// Reads what write_carried_status writes, and nothing else.
nlohmann::json read_carried_status(CborReader& reader, const std::string& path);

}  // namespace kedge::node
