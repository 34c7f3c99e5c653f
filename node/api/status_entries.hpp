// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/log/status.hpp"
#include "node/status/list_documents.hpp"
#include "node/status/status_calls.hpp"
#include "rpc/json_writer.hpp"

/// What an issuer puts into a credential so that its status can be looked up in a published list.
namespace kedge::node::api {

/// Appends, as members of the object in hand: `credentialStatus` (W3C Bitstring Status List v1.0
/// section 2.1, one entry a purpose), `ebsiCredentialStatus` (StatusList2021, the same) and
/// `status` (IETF Token Status List section 6.1).
void append_status_entries(rpc::JsonWriter& json, const ListPlace& place, std::uint64_t index,
                           std::uint8_t purposes);

/// `["revocation","suspension"]`, as far as they are among the purposes.
void append_purposes(rpc::JsonWriter& json, std::uint8_t purposes);

}  // namespace kedge::node::api
