// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// `Ecdsa-Sig-Value` of RFC 3279 section 2.2.3 with values of at most 32 bytes, as the 64 bytes
/// r ‖ s. Strict DER: shortest lengths and integers, positive, nothing after the end.
Result<Bytes> ecdsa_signature_from_der(ByteView der);

}  // namespace kedge::crypto
