// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "config/data_dir.hpp"
#include "crypto/result.hpp"
#include "crypto/signed_note.hpp"

namespace kedge::node {

/// The key that signs checkpoints, from `keys/log.key`. invalid_argument if others can read the
/// file or it is no Ed25519 key file, not_found if there is none.
Result<crypto::NoteSigner> load_log_key(const config::DataDir& dir, const std::string& origin);

/// Puts the public half into `log.vkey`.
Status write_log_vkey(const config::DataDir& dir, const crypto::NoteSigner& signer);

/// The public half, from `log.vkey`: what a verifier pins.
Result<crypto::NoteVerifier> load_log_vkey(const config::DataDir& dir);

}  // namespace kedge::node
