// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/keys.hpp"
#include "crypto/result.hpp"

/// C2SP signed-note: a text, an empty line, and signature lines `— <name> <base64(id ‖
/// signature)>`.
namespace kedge::crypto {

/// First four bytes of a signature line; tells a verifier which of its keys to try.
using NoteKeyId = std::array<std::uint8_t, 4>;

/// The signature types of C2SP signed-note that can be verified here. Only ed25519 is signed.
enum class NoteKeyType : std::uint8_t {
  ed25519 = 0x01,
  /// ECDSA over SHA-256 with P-256, ASN.1 DER; the key is a SubjectPublicKeyInfo.
  ecdsa = 0x02,
  /// C2SP tlog-cosignature, `cosignature/v1`.
  ed25519_cosignature = 0x04,
  /// RFC 6962 TreeHeadSignature; the key is a SubjectPublicKeyInfo.
  rfc6962 = 0x05,
};

struct NoteSignature {
  std::string name;
  NoteKeyId key_id{};
  Bytes signature;
};

/// A note taken apart; nothing of it has been verified.
struct Note {
  /// Ends with its newline; the empty line is not part of it.
  std::string text;
  std::vector<NoteSignature> signatures;
};

/// A note is refused beyond these.
inline constexpr std::size_t kMaxNoteSize = 1'000'000;
inline constexpr std::size_t kMaxNoteSignatures = 100;

/// Strict in form: UTF-8, no ASCII control character but newline, at least one signature line, key
/// names without `+` and Unicode spaces, canonical base64.
Result<Note> parse_note(std::string_view note);

/// A key that is trusted for a name. Immutable: safe to use from several threads.
class NoteVerifier {
 public:
  /// `name+hex8(id)+base64(type ‖ key)`; invalid_argument if the id is not that of name and key, or
  /// for a type that cannot be verified here.
  static Result<NoteVerifier> from_vkey(std::string_view vkey);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] NoteKeyType type() const noexcept { return type_; }
  [[nodiscard]] const NoteKeyId& key_id() const noexcept { return key_id_; }
  /// For ed25519 and cosignatures 32 bytes, else a P-256 key.
  [[nodiscard]] const PublicKey& key() const noexcept { return key_; }
  [[nodiscard]] std::string vkey() const;

  /// Whether this is the key that the signature line names.
  [[nodiscard]] bool knows(const NoteSignature& signature) const;
  /// invalid_argument if the bytes of the line after the key id do not sign `text`.
  [[nodiscard]] Status verify(std::string_view text, ByteView signature) const;

 private:
  NoteVerifier(std::string name, NoteKeyType type, Bytes material, NoteKeyId id, PublicKey key);

  std::string name_;
  NoteKeyType type_;
  /// As in the vkey after the type.
  Bytes material_;
  NoteKeyId key_id_;
  PublicKey key_;
};

/// The text of a note that carries a valid signature of at least one of the verifiers. Lines of
/// other keys are ignored. A line of a known key that does not verify refuses the whole note
/// (invalid_argument); a note without a line of a known key is not_found.
Result<std::string> open_note(std::string_view note, std::span<const NoteVerifier> verifiers);

/// Signs notes with Ed25519 (type 0x01). Immutable: safe to use from several threads.
class NoteSigner {
 public:
  /// invalid_argument for a name that is empty or holds `+` or a space, or another type of key.
  static Result<NoteSigner> create(std::string name, SecretKey ed25519);
  /// `PRIVATE+KEY+name+hex8(id)+base64(0x01 ‖ seed)`.
  static Result<NoteSigner> from_private_text(std::string_view text);

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] const NoteKeyId& key_id() const noexcept { return key_id_; }
  /// The public half, for verifiers: one line without a newline.
  [[nodiscard]] std::string vkey() const;
  /// The secret half in text. The caller keeps it secret and clears it.
  [[nodiscard]] std::string private_text() const;

  /// The whole note with one signature. invalid_argument if `text` does not end with a newline or
  /// is not what a note can carry.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;

 private:
  NoteSigner(std::string name, SecretKey key);

  std::string name_;
  SecretKey key_;
  NoteKeyId key_id_;
};

}  // namespace kedge::crypto
