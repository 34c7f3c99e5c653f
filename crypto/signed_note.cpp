// SPDX-License-Identifier: Apache-2.0
#include "crypto/signed_note.hpp"

#include <algorithm>

#include "crypto/base64.hpp"
#include "crypto/note_text.hpp"

namespace kedge::crypto {
namespace {

/// Em dash (U+2014) and one space.
constexpr std::string_view kSignaturePrefix = "\xE2\x80\x94 ";

constexpr std::string_view kPrivatePrefix = "PRIVATE+KEY+";

Result<NoteSignature> parse_signature_line(std::string_view line) {
  if (!line.starts_with(kSignaturePrefix)) {
    return invalid_argument("a signature line begins with an em dash and a space");
  }
  line.remove_prefix(kSignaturePrefix.size());
  const std::size_t space = line.find(' ');
  if (space == line.npos) {
    return invalid_argument("a signature line has the form '— <name> <base64 signature>'");
  }
  NoteSignature signature;
  signature.name = line.substr(0, space);
  if (Status status = check_key_name(signature.name); !status) return std::move(status).error();

  const Result<Bytes> bytes = base64_decode(line.substr(space + 1));
  if (!bytes || bytes->size() <= signature.key_id.size()) {
    return invalid_argument("a signature is the base64 of a 4-byte key id and at least one byte");
  }
  const auto body = bytes->begin() + static_cast<std::ptrdiff_t>(signature.key_id.size());
  std::copy(bytes->begin(), body, signature.key_id.begin());
  signature.signature.assign(body, bytes->end());
  return signature;
}

}  // namespace

Result<Note> parse_note(std::string_view note) {
  if (note.size() > kMaxNoteSize) {
    return invalid_argument("a note has at most " + std::to_string(kMaxNoteSize) + " bytes");
  }
  if (Status status = check_note_characters(note); !status) return std::move(status).error();

  // The text may hold empty lines itself: the last one parts it from the signatures.
  const std::size_t split = note.rfind("\n\n");
  if (split == note.npos || split + 2 == note.size()) {
    return invalid_argument("a note ends with an empty line and at least one signature line");
  }
  if (note.back() != '\n') return invalid_argument("a note ends with a newline");

  Note parsed;
  parsed.text = note.substr(0, split + 1);
  std::string_view lines = note.substr(split + 2);
  while (!lines.empty()) {
    if (parsed.signatures.size() == kMaxNoteSignatures) {
      return invalid_argument("a note has at most " + std::to_string(kMaxNoteSignatures) +
                              " signatures");
    }
    const std::size_t end = lines.find('\n');
    Result<NoteSignature> signature = parse_signature_line(lines.substr(0, end));
    if (!signature) return std::move(signature).error();
    parsed.signatures.push_back(*std::move(signature));
    lines.remove_prefix(end + 1);
  }
  return parsed;
}

Result<std::string> open_note(std::string_view note, std::span<const NoteVerifier> verifiers) {
  Result<Note> parsed = parse_note(note);
  if (!parsed) return std::move(parsed).error();
  bool verified = false;
  for (const NoteSignature& signature : parsed->signatures) {
    for (const NoteVerifier& verifier : verifiers) {
      if (!verifier.knows(signature)) continue;
      const Status status = verifier.verify(parsed->text, signature.signature);
      if (!status) return status.error();
      verified = true;
    }
  }
  if (!verified) return Error{Errc::not_found, "the note has no signature of a known key"};
  return std::move(parsed->text);
}

Result<NoteSigner> NoteSigner::create(std::string name, SecretKey ed25519) {
  if (Status status = check_key_name(name); !status) return std::move(status).error();
  if (ed25519.type() != KeyType::ed25519) {
    return invalid_argument("notes are signed with an Ed25519 key");
  }
  return NoteSigner(std::move(name), std::move(ed25519));
}

NoteSigner::NoteSigner(std::string name, SecretKey key)
    : name_(std::move(name)),
      key_(std::move(key)),
      key_id_(note_key_id(name_, NoteKeyType::ed25519, key_.public_key().bytes())) {}

Result<NoteSigner> NoteSigner::from_private_text(std::string_view text) {
  if (!text.starts_with(kPrivatePrefix)) {
    return invalid_argument("a private key in text begins with PRIVATE+KEY+");
  }
  Result<KeyText> parsed = parse_key_text(text.substr(kPrivatePrefix.size()));
  if (!parsed) return std::move(parsed).error();
  Result<SecretKey> key = SecretKey::from_bytes(KeyType::ed25519, parsed->material);
  secure_clear(parsed->material.data(), parsed->material.size());
  if (parsed->type != static_cast<std::uint8_t>(NoteKeyType::ed25519)) {
    return invalid_argument("notes are signed with an Ed25519 key (type 1)");
  }
  if (!key) return std::move(key).error();
  NoteSigner signer(std::move(parsed->name), *std::move(key));
  if (signer.key_id_ != parsed->id) {
    return invalid_argument("the id in the text is not that of the name and the key");
  }
  return signer;
}

std::string NoteSigner::vkey() const {
  return format_key_text(name_, key_id_, NoteKeyType::ed25519, key_.public_key().bytes());
}

std::string NoteSigner::private_text() const {
  std::string tail = format_key_text(name_, key_id_, NoteKeyType::ed25519, key_.bytes());
  std::string text;
  text.reserve(kPrivatePrefix.size() + tail.size());
  text.append(kPrivatePrefix).append(tail);
  secure_clear(tail.data(), tail.size());
  return text;
}

Result<std::string> NoteSigner::sign(std::string_view text) const {
  if (text.empty() || text.back() != '\n') {
    return invalid_argument("the text of a note ends with a newline");
  }
  if (Status status = check_note_characters(text); !status) return std::move(status).error();
  const Result<Bytes> signature = key_.sign(as_bytes(text));
  if (!signature) return signature.error();
  Bytes line(key_id_.begin(), key_id_.end());
  line.insert(line.end(), signature->begin(), signature->end());
  std::string note(text);
  note.append("\n").append(kSignaturePrefix).append(name_).append(" ");
  note.append(base64_encode(line)).append("\n");
  if (note.size() > kMaxNoteSize) {
    return invalid_argument("a note has at most " + std::to_string(kMaxNoteSize) + " bytes");
  }
  return note;
}

}  // namespace kedge::crypto
