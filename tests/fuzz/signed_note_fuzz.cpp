// SPDX-License-Identifier: Apache-2.0
// Notes, keys in text form and checkpoints. A note of the seeds verifies with the key below, so
// that the fuzzer works on both sides of the signature check.
#include <array>

#include "crypto/checkpoint.hpp"
#include "crypto/signed_note.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;
using fuzz::check;

namespace {

const NoteVerifier& known_key() {
  static const NoteVerifier verifier = [] {
    const Bytes seed(32, 7);
    auto signer =
        NoteSigner::create("fuzz.example/log", *SecretKey::from_bytes(KeyType::ed25519, seed));
    return *NoteVerifier::from_vkey(signer->vkey());
  }();
  return verifier;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto note = parse_note(text);
  const auto opened = open_note(text, {&known_key(), 1});
  if (note) {
    check(!note->signatures.empty() && note->signatures.size() <= kMaxNoteSignatures,
          "signatures are bounded");
    check(note->text.ends_with('\n') && text.starts_with(note->text), "the text is verbatim");
  }
  if (opened) {
    check(note && *opened == note->text, "only a well-formed note opens");
    bool signed_by_us = false;
    for (const NoteSignature& signature : note->signatures) {
      signed_by_us = signed_by_us || (known_key().knows(signature) &&
                                      known_key().verify(note->text, signature.signature));
    }
    check(signed_by_us, "an opened note carries a signature that verifies");
  }
  const std::string_view checkpoint_text = note ? std::string_view(note->text) : text;
  if (const auto checkpoint = parse_checkpoint(checkpoint_text)) {
    check(format_checkpoint(*checkpoint) == checkpoint_text, "checkpoints are canonical");
  }
  if (const auto verifier = NoteVerifier::from_vkey(text)) {
    check(verifier->vkey() == text, "verifier keys are canonical");
  }
  if (const auto signer = NoteSigner::from_private_text(text)) {
    check(signer->private_text() == text, "signer keys are canonical");
  }
  return 0;
}
