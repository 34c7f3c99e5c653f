// SPDX-License-Identifier: Apache-2.0
#include "crypto/jwk.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/jcs.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

struct Curve {
  KeyType type;
  std::string_view kty;
  std::string_view crv;
  std::string_view alg;
};

constexpr Curve kCurves[] = {
    {KeyType::ed25519, "OKP", "Ed25519", "EdDSA"},
    {KeyType::p256, "EC", "P-256", "ES256"},
    {KeyType::secp256k1, "EC", "secp256k1", "ES256K"},
};

const std::string* text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() ? member->get_ptr<const std::string*>() : nullptr;
}

Result<const Curve*> curve_of(const json& jwk) {
  const std::string* const kty = text_member(jwk, "kty");
  const std::string* const crv = text_member(jwk, "crv");
  for (const Curve& curve : kCurves) {
    if (kty != nullptr && crv != nullptr && *kty == curve.kty && *crv == curve.crv) return &curve;
  }
  return invalid_argument("kty and crv must be OKP with Ed25519, or EC with P-256 or secp256k1",
                          "crv");
}

Status check_purpose(const json& jwk, const Curve& curve) {
  if (const auto alg = jwk.find("alg"); alg != jwk.end()) {
    const bool fits = *alg == curve.alg || (curve.type == KeyType::ed25519 && *alg == "Ed25519");
    if (!fits) {
      return invalid_argument("alg must be " + std::string(curve.alg) + " for this curve", "alg");
    }
  }
  if (const auto use = jwk.find("use"); use != jwk.end() && *use != "sig") {
    return invalid_argument("use must be sig", "use");
  }
  if (const auto ops = jwk.find("key_ops"); ops != jwk.end()) {
    const bool signs = ops->is_array() && std::ranges::any_of(*ops, [](const json& op) {
                         return op == "verify" || op == "sign";
                       });
    if (!signs) return invalid_argument("key_ops must name verify or sign", "key_ops");
  }
  return {};
}

Result<Bytes> octets_member(const json& jwk, const char* name) {
  const std::string* const text = text_member(jwk, name);
  if (text != nullptr) {
    auto bytes = base64url_decode(*text);
    if (bytes && bytes->size() == 32) return bytes;
  }
  return invalid_argument(std::string(name) + " must be 32 octets in base64url without padding",
                          name);
}

}  // namespace

json jwk_from_public_key(const PublicKey& key) {
  const Curve& curve = *std::ranges::find(kCurves, key.type(), &Curve::type);
  json jwk = {{"kty", curve.kty}, {"crv", curve.crv}};
  const Bytes point = key.uncompressed();
  if (key.type() == KeyType::ed25519) {
    jwk["x"] = base64url_encode(point);
  } else {
    jwk["x"] = base64url_encode(ByteView(point).subspan(1, 32));
    jwk["y"] = base64url_encode(ByteView(point).subspan(33, 32));
  }
  return jwk;
}

std::string jwk_thumbprint(const PublicKey& key) {
  // The members are ASCII and the object sorts them, so that this is the form of RFC 7638.
  return base64url_encode(sha256(as_bytes(jwk_from_public_key(key).dump())));
}

Result<PublicKey> public_key_from_jwk(const json& jwk) {
  if (!jwk.is_object()) return invalid_argument("a JWK is a JSON object");
  const auto curve = curve_of(jwk);
  if (!curve) return curve.error();
  if (const Status purpose = check_purpose(jwk, **curve); !purpose) return purpose.error();
  const auto x = octets_member(jwk, "x");
  if (!x) return x.error();
  if ((*curve)->type == KeyType::ed25519) return PublicKey::from_bytes(KeyType::ed25519, *x);
  const auto y = octets_member(jwk, "y");
  if (!y) return y.error();
  Bytes point{0x04};
  point.insert(point.end(), x->begin(), x->end());
  point.insert(point.end(), y->begin(), y->end());
  return PublicKey::from_bytes((*curve)->type, point);
}

Result<SecretKey> secret_key_from_jwk(const json& jwk) {
  const auto public_key = public_key_from_jwk(jwk);
  if (!public_key) return public_key.error();
  auto d = octets_member(jwk, "d");
  if (!d) return std::move(d).error();
  auto key = SecretKey::from_bytes(public_key->type(), *d);
  secure_clear(d->data(), d->size());
  if (key && !(key->public_key() == *public_key)) {
    return invalid_argument("d is not the private key of the public key beside it", "d");
  }
  return key;
}

}  // namespace kedge::crypto
