// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/checkpoint.hpp"
#include "crypto/result.hpp"
#include "crypto/signed_note.hpp"
#include "node/log/entry.hpp"
#include "node/proof/bundle.hpp"
#include "node/proof/verdict.hpp"

/// The single steps of a verification. The verifier does all of them; the prover does them to what
/// it hands out.
namespace kedge::node {

/// Why a step failed; nullopt where it passed.
using Finding = std::optional<Reason>;

/// A value, or why it cannot be had.
template <class T>
struct Found {
  std::optional<T> value;
  Reason reason;
};

/// The batch entry in `batch.entry`.
Found<BatchEntry> find_entry(const Bundle& bundle);

/// The checkpoint that a signed note says, its signatures unchecked.
Found<crypto::Checkpoint> find_checkpoint(std::string_view signed_note);

/// `batch.issuer` is the issuer of the entry.
Finding check_issuer(const Bundle& bundle, const BatchEntry& entry);

/// The leaf entry is at `batch.index` under the entry's batch root.
Finding check_batch_path(const Bundle& bundle, const BatchEntry& entry);

/// The entry is at `log.index` under the checkpoint's root.
Finding check_log_path(const Bundle& bundle, const crypto::Checkpoint& checkpoint);

/// One of the keys whose name is the checkpoint's origin has signed the note. Which one is written
/// to `signer` as `name+id`.
Finding check_signature(std::string_view signed_note, const crypto::Checkpoint& checkpoint,
                        std::span<const crypto::NoteVerifier> keys, std::string& signer);

/// An anchor of kind `embedded` is well-formed and names this checkpoint.
Finding check_embedded_anchor(const std::string& anchor, const crypto::Checkpoint& checkpoint);

}  // namespace kedge::node
