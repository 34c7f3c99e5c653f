// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "crypto/binary.hpp"
#include "crypto/checkpoint.hpp"
#include "crypto/ecdsa_der.hpp"
#include "crypto/note_text.hpp"
#include "crypto/sha256.hpp"
#include "crypto/signed_note.hpp"

namespace kedge::crypto {
namespace {

/// DER of a SubjectPublicKeyInfo with an uncompressed P-256 point (RFC 5480), up to the point.
constexpr std::uint8_t kP256SpkiPrefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                            0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
                                            0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
constexpr std::size_t kUncompressedPointSize = 65;

Result<PublicKey> p256_from_spki(ByteView spki) {
  const std::size_t prefix_size = std::size(kP256SpkiPrefix);
  if (spki.size() != prefix_size + kUncompressedPointSize ||
      !std::equal(std::begin(kP256SpkiPrefix), std::end(kP256SpkiPrefix), spki.begin())) {
    return invalid_argument("expected a SubjectPublicKeyInfo of an uncompressed P-256 key");
  }
  return PublicKey::from_bytes(KeyType::p256, spki.subspan(prefix_size));
}

bool is_ecdsa(NoteKeyType type) {
  return type == NoteKeyType::ecdsa || type == NoteKeyType::rfc6962;
}

NoteKeyId key_id_of(std::string_view name, NoteKeyType type, ByteView material) {
  if (!is_ecdsa(type)) return note_key_id(name, type, material);
  const Hash spki_hash = sha256(material);
  if (type == NoteKeyType::rfc6962) return note_key_id(name, type, spki_hash);
  NoteKeyId id;
  std::copy_n(spki_hash.begin(), id.size(), id.begin());
  return id;
}

Status verify_der(const PublicKey& key, ByteView message, ByteView der) {
  const Result<Bytes> signature = ecdsa_signature_from_der(der);
  if (!signature) return signature.error();
  return key.verify(message, *signature);
}

/// C2SP tlog-cosignature, `cosignature/v1`: `u64 seconds ‖ Ed25519`.
Status verify_cosignature(const PublicKey& key, std::string_view text, ByteView signature) {
  BinaryReader reader(signature);
  const auto seconds = reader.get<std::uint64_t>();
  const ByteView ed25519 = reader.take(kSignatureSize);
  if (Status status = reader.finish("the cosignature"); !status) return status;
  std::string message = "cosignature/v1\ntime " + std::to_string(seconds) + "\n";
  message.append(text);
  return key.verify(as_bytes(message), ed25519);
}

/// C2SP static-ct-api: `u64 ms ‖ 0x04 ‖ 0x03 ‖ u16 length ‖ DER` over a TreeHeadSignature of RFC
/// 6962 section 3.5, which signs size and root, not the text.
Status verify_tree_head(const PublicKey& key, std::string_view text, ByteView signature) {
  constexpr std::uint8_t kHashSha256 = 4;
  constexpr std::uint8_t kSignatureEcdsa = 3;
  const Result<Checkpoint> checkpoint = parse_checkpoint(text);
  if (!checkpoint) return checkpoint.error();

  BinaryReader reader(signature);
  const auto time_ms = reader.get<std::uint64_t>();
  const auto hash = reader.get<std::uint8_t>();
  const auto algorithm = reader.get<std::uint8_t>();
  const ByteView der = reader.take(reader.get<std::uint16_t>());
  if (Status status = reader.finish("the tree head signature"); !status) return status;
  if (hash != kHashSha256 || algorithm != kSignatureEcdsa) {
    return invalid_argument("expected a tree head signature with ECDSA over SHA-256");
  }

  constexpr std::uint8_t kVersion1 = 0;
  constexpr std::uint8_t kTreeHash = 1;
  Bytes message;
  BinaryWriter(message)
      .put(kVersion1)
      .put(kTreeHash)
      .put(time_ms)
      .put(checkpoint->size)
      .put(ByteView(checkpoint->root));
  return verify_der(key, message, der);
}

}  // namespace

Result<NoteVerifier> NoteVerifier::from_vkey(std::string_view vkey) {
  Result<KeyText> parsed = parse_key_text(vkey);
  if (!parsed) return std::move(parsed).error();
  const auto type = static_cast<NoteKeyType>(parsed->type);
  const bool is_ed25519 = type == NoteKeyType::ed25519 || type == NoteKeyType::ed25519_cosignature;
  if (!is_ed25519 && !is_ecdsa(type)) {
    return invalid_argument("key type " + std::to_string(parsed->type) +
                            " of a note cannot be verified here");
  }
  if (parsed->id != key_id_of(parsed->name, type, parsed->material)) {
    return invalid_argument("the id in the vkey is not that of the name and the key");
  }
  Result<PublicKey> key = is_ed25519 ? PublicKey::from_bytes(KeyType::ed25519, parsed->material)
                                     : p256_from_spki(parsed->material);
  if (!key) return std::move(key).error();
  return NoteVerifier(std::move(parsed->name), type, std::move(parsed->material), parsed->id,
                      *std::move(key));
}

NoteVerifier::NoteVerifier(std::string name, NoteKeyType type, Bytes material, NoteKeyId id,
                           PublicKey key)
    : name_(std::move(name)),
      type_(type),
      material_(std::move(material)),
      key_id_(id),
      key_(std::move(key)) {}

std::string NoteVerifier::vkey() const {
  return format_key_text(name_, key_id_, type_, material_);
}

bool NoteVerifier::knows(const NoteSignature& signature) const {
  return signature.key_id == key_id_ && signature.name == name_;
}

Status NoteVerifier::verify(std::string_view text, ByteView signature) const {
  switch (type_) {
    case NoteKeyType::ed25519:
      return key_.verify(as_bytes(text), signature);
    case NoteKeyType::ecdsa:
      return verify_der(key_, as_bytes(text), signature);
    case NoteKeyType::ed25519_cosignature:
      return verify_cosignature(key_, text, signature);
    case NoteKeyType::rfc6962:
      return verify_tree_head(key_, text, signature);
  }
  return Error{Errc::internal, "a verifier has an impossible type"};
}

}  // namespace kedge::crypto
