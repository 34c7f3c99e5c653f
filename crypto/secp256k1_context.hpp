// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <secp256k1.h>

/// Only the files of crypto/ that use the library include this.
namespace kedge::crypto::detail {

/// Blinded once, against side channels in signing. Read only afterwards, so all threads share it.
const secp256k1_context* secp256k1_shared_context();

}  // namespace kedge::crypto::detail
