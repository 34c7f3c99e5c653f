// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "node/proof/bundle.hpp"

namespace kedge::node {

/// The bundle as `application/vnd.kedge.proof+cbor`: the structure and the names of the JSON form
/// in the deterministic encoding of RFC 8949 section 4.2.1. Hashes, salt, digest and entry are byte
/// strings; inside `anchors` and `status`, every text of an even number, at least 40, of lower-case
/// hex characters is a byte string, and there are no other byte strings.
Bytes bundle_to_cbor(const Bundle& bundle);

/// Accepts exactly what bundle_to_cbor can write: definite lengths, shortest integers, keys sorted
/// by their encoding and each once, the bounds of bundle.hpp, no octet after the end. Errors are as
/// those of bundle_from_json.
Result<Bundle> bundle_from_cbor(ByteView bytes);

}  // namespace kedge::node
