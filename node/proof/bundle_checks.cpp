// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bundle_checks.hpp"

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"
#include "crypto/tree_proof.hpp"
#include "ledger/embedded_record.hpp"
#include "node/log/leaf.hpp"

namespace kedge::node {
namespace {

std::string key_label(const crypto::NoteVerifier& key) {
  return key.name() + "+" + crypto::to_hex(key.key_id());
}

}  // namespace

Found<BatchEntry> find_entry(const Bundle& bundle) {
  const Result<LogEntry> entry = decode_entry(bundle.batch.entry);
  if (!entry) return {std::nullopt, {ReasonCode::entry_malformed, entry.error().message}};
  const auto* batch = std::get_if<BatchEntry>(&*entry);
  if (batch == nullptr) {
    return {std::nullopt, {ReasonCode::entry_malformed, "the log entry is not a batch entry"}};
  }
  return {*batch, {}};
}

Found<crypto::Checkpoint> find_checkpoint(std::string_view signed_note) {
  const Result<crypto::Note> note = crypto::parse_note(signed_note);
  if (!note) return {std::nullopt, {ReasonCode::checkpoint_malformed, note.error().message}};
  Result<crypto::Checkpoint> checkpoint = crypto::parse_checkpoint(note->text);
  if (!checkpoint) {
    return {std::nullopt, {ReasonCode::checkpoint_malformed, checkpoint.error().message}};
  }
  return {std::move(*checkpoint), {}};
}

Finding check_issuer(const Bundle& bundle, const BatchEntry& entry) {
  if (crypto::sha256(as_bytes(bundle.batch.issuer)) == entry.issuer_hash) return std::nullopt;
  return Reason{ReasonCode::issuer_mismatch,
                "the issuer's name does not hash to the issuer_hash of the log entry"};
}

Finding check_batch_path(const Bundle& bundle, const BatchEntry& entry) {
  const Status proven = crypto::verify_inclusion(leaf_hash(bundle.credential), bundle.batch.index,
                                                 entry.count, bundle.batch.path, entry.batch_root);
  if (proven) return std::nullopt;
  return Reason{ReasonCode::batch_path,
                "the leaf does not lead to the batch root: " + proven.error().message};
}

Finding check_log_path(const Bundle& bundle, const crypto::Checkpoint& checkpoint) {
  const Status proven =
      crypto::verify_inclusion(crypto::leaf_hash(bundle.batch.entry), bundle.log.index,
                               checkpoint.size, bundle.log.path, checkpoint.root);
  if (proven) return std::nullopt;
  return Reason{ReasonCode::log_path,
                "the log entry does not lead to the checkpoint's root: " + proven.error().message};
}

Finding check_signature(std::string_view signed_note, const crypto::Checkpoint& checkpoint,
                        std::span<const crypto::NoteVerifier> keys, std::string& signer) {
  const Result<crypto::Note> note = crypto::parse_note(signed_note);
  if (!note) return Reason{ReasonCode::checkpoint_malformed, note.error().message};
  for (const crypto::NoteVerifier& key : keys) {
    if (key.name() != checkpoint.origin) continue;
    for (const crypto::NoteSignature& line : note->signatures) {
      if (!key.knows(line)) continue;
      if (const Status verified = key.verify(note->text, line.signature); !verified) {
        return Reason{ReasonCode::checkpoint_signature,
                      "the signature of " + key_label(key) + " does not verify"};
      }
      signer = key_label(key);
    }
  }
  if (!signer.empty()) return std::nullopt;
  return Reason{ReasonCode::log_key_untrusted,
                "no trusted key of the log " + checkpoint.origin + " has signed the checkpoint"};
}

Finding check_embedded_anchor(const std::string& anchor, const crypto::Checkpoint& checkpoint) {
  const auto record = ledger::parse_record(anchor);
  if (!record) {
    const std::string where =
        record.error().field.empty() ? std::string() : record.error().field + ": ";
    return Reason{ReasonCode::anchor_malformed, where + record.error().message};
  }
  if (record->size == checkpoint.size && record->root == checkpoint.root) return std::nullopt;
  return Reason{ReasonCode::anchor_mismatch, "the anchor is of another checkpoint"};
}

}  // namespace kedge::node
