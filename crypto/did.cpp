// SPDX-License-Identifier: Apache-2.0
#include "crypto/did.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/base58.hpp"
#include "crypto/json.hpp"
#include "crypto/jwk.hpp"
#include "crypto/varint.hpp"

namespace kedge::crypto {
namespace {

/// Codes of the multicodec table.
constexpr std::uint64_t kEd25519Pub = 0xed;
constexpr std::uint64_t kP256Pub = 0x1200;
constexpr std::uint64_t kSecp256k1Pub = 0xe7;
constexpr std::uint64_t kJwkJcsPub = 0xeb51;

constexpr std::string_view kDidKey = "did:key:";
constexpr std::string_view kDidEbsi = "did:ebsi:";

std::uint64_t multicodec(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
      return kEd25519Pub;
    case KeyType::p256:
      return kP256Pub;
    case KeyType::secp256k1:
      return kSecp256k1Pub;
  }
  return 0;
}

std::string encode(std::uint64_t codec, ByteView value) {
  Bytes octets;
  append_varint(octets, codec);
  octets.insert(octets.end(), value.begin(), value.end());
  return 'z' + base58btc_encode(octets);
}

/// The members are ASCII without escapes and the object sorts them: this is RFC 8785.
std::string canonical_jwk(const PublicKey& key) {
  return jwk_from_public_key(key).dump();
}

struct Coded {
  std::uint64_t codec;
  Bytes value;
};

Result<Coded> decode(std::string_view text) {
  if (!text.starts_with('z')) return invalid_argument("a multikey begins with z (base58btc)");
  const auto octets = base58btc_decode(text.substr(1));
  if (!octets) return octets.error();
  const auto codec = read_varint(*octets);
  if (!codec) return codec.error();
  return Coded{codec->value,
               Bytes(octets->begin() + static_cast<std::ptrdiff_t>(codec->size), octets->end())};
}

Result<PublicKey> key_from_coded(const Coded& coded) {
  for (const KeyType type : {KeyType::ed25519, KeyType::p256, KeyType::secp256k1}) {
    if (coded.codec != multicodec(type)) continue;
    if (type != KeyType::ed25519 && coded.value.size() != 33) {
      return invalid_argument("the point of a multikey must be compressed");
    }
    return PublicKey::from_bytes(type, coded.value);
  }
  return invalid_argument("the multikey's codec must be ed25519-pub, p256-pub or secp256k1-pub");
}

Result<PublicKey> key_from_jwk_jcs(std::string_view text) {
  const auto jwk = parse_json(text);
  if (!jwk) return jwk.error();
  auto key = public_key_from_jwk(*jwk);
  if (key && canonical_jwk(*key) != text) {
    return invalid_argument("the JWK in a did:key must have its required members alone, canonical");
  }
  return key;
}

bool is_idchar(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

bool is_hex_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/// `*( *idchar ":" ) 1*idchar`, where an idchar may be percent-encoded.
bool is_method_specific_id(std::string_view id) {
  if (id.empty() || id.back() == ':') return false;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (id[i] == '%') {
      if (i + 2 >= id.size() || !is_hex_digit(id[i + 1]) || !is_hex_digit(id[i + 2])) return false;
      i += 2;
    } else if (!is_idchar(id[i]) && id[i] != ':') {
      return false;
    }
  }
  return true;
}

}  // namespace

std::string multikey(const PublicKey& key) {
  return encode(multicodec(key.type()), key.bytes());
}

Result<PublicKey> public_key_from_multikey(std::string_view text) {
  const auto coded = decode(text);
  if (!coded) return coded.error();
  return key_from_coded(*coded);
}

std::string did_key(const PublicKey& key) {
  return std::string(kDidKey) + multikey(key);
}

std::string did_key_jwk_jcs(const PublicKey& key) {
  return std::string(kDidKey) + encode(kJwkJcsPub, as_bytes(canonical_jwk(key)));
}

Result<PublicKey> public_key_from_did_key(std::string_view did) {
  if (!did.starts_with(kDidKey)) return invalid_argument("a did:key begins with did:key:");
  const auto coded = decode(did.substr(kDidKey.size()));
  if (!coded) return coded.error();
  return coded->codec == kJwkJcsPub ? key_from_jwk_jcs(as_text(coded->value))
                                    : key_from_coded(*coded);
}

std::string did_key_url(std::string_view did) {
  return std::string(did) + '#' + std::string(did.substr(std::min(kDidKey.size(), did.size())));
}

Status check_did_ebsi(std::string_view did) {
  if (did.starts_with(kDidEbsi) && did.substr(kDidEbsi.size()).starts_with('z')) {
    const auto octets = base58btc_decode(did.substr(kDidEbsi.size() + 1));
    if (octets && octets->size() == 17 && octets->front() == 0x01) return {};
  }
  return invalid_argument("a did:ebsi is did:ebsi:z and base58btc of 0x01 and 16 octets");
}

Status check_did(std::string_view did) {
  const std::string_view rest = did.substr(did.starts_with("did:") ? 4 : did.size());
  const std::size_t colon = rest.find(':');
  const bool method_fits =
      colon != rest.npos && colon > 0 && std::ranges::all_of(rest.substr(0, colon), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      });
  if (method_fits && is_method_specific_id(rest.substr(colon + 1))) return {};
  return invalid_argument("a DID is did:, a method in lower case, a colon and an identifier");
}

}  // namespace kedge::crypto
