// SPDX-License-Identifier: Apache-2.0
#include "crypto/jws.hpp"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// RFC 7515 section 4.1: what the specification itself defines may not stand in `crit`.
constexpr std::array<std::string_view, 11> kRegistered = {
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit"};

constexpr JsonLimits kHeaderLimits{std::size_t{1} << 20, 32};

Result<std::optional<std::string>> text_member(const json& header, const char* name) {
  const auto member = header.find(name);
  if (member == header.end()) return std::optional<std::string>();
  const auto* text = member->get_ptr<const std::string*>();
  if (text == nullptr) return invalid_argument(std::string(name) + " must be text", name);
  return std::optional<std::string>(*text);
}

Result<std::vector<std::string>> parse_crit(const json& header) {
  std::vector<std::string> names;
  const auto crit = header.find("crit");
  if (crit == header.end()) return names;
  if (!crit->is_array() || crit->empty()) {
    return invalid_argument("crit must be an array with at least one name", "crit");
  }
  for (const json& item : *crit) {
    const auto* name = item.get_ptr<const std::string*>();
    if (name == nullptr) return invalid_argument("crit must hold names", "crit");
    if (std::ranges::find(kRegistered, *name) != kRegistered.end()) {
      return invalid_argument("crit names " + *name + ", which RFC 7515 defines itself", "crit");
    }
    if (!header.contains(*name)) {
      return invalid_argument("crit names a member that the header does not have", "crit");
    }
    if (std::ranges::find(names, *name) != names.end()) {
      return invalid_argument("crit names a member twice", "crit");
    }
    names.push_back(*name);
  }
  return names;
}

Result<JwsHeader> parse_header_text(std::string text) {
  const auto header = parse_json(text, kHeaderLimits);
  if (!header) return invalid_argument("JWS header: " + header.error().message, "header");
  if (!header->is_object())
    return invalid_argument("the JWS header is not a JSON object", "header");

  JwsHeader out;
  auto alg = text_member(*header, "alg");
  if (!alg) return std::move(alg).error();
  if (!alg->has_value() || (*alg)->empty()) {
    return invalid_argument("the JWS header has no alg", "header.alg");
  }
  if (**alg == "none") {
    return invalid_argument("alg none is not a signature (RFC 7515 section 8)", "header.alg");
  }
  auto typ = text_member(*header, "typ");
  if (!typ) return std::move(typ).error();
  auto kid = text_member(*header, "kid");
  if (!kid) return std::move(kid).error();
  auto crit = parse_crit(*header);
  if (!crit) return std::move(crit).error();

  if (const auto b64 = header->find("b64"); b64 != header->end()) {
    if (!b64->is_boolean()) return invalid_argument("b64 must be true or false", "header.b64");
    out.b64 = b64->get<bool>();
    if (!out.b64 && std::ranges::find(*crit, "b64") == crit->end()) {
      return invalid_argument("crit must name b64 (RFC 7797 section 6)", "header.crit");
    }
  }
  out.text = std::move(text);
  out.alg = **std::move(alg);
  out.typ = *std::move(typ);
  out.kid = *std::move(kid);
  out.crit = *std::move(crit);
  return out;
}

bool algorithm_fits(std::string_view alg, KeyType type) {
  return alg == jws_algorithm(type) || (type == KeyType::ed25519 && alg == "Ed25519");
}

}  // namespace

std::string_view jws_algorithm(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
      return "EdDSA";
    case KeyType::p256:
      return "ES256";
    case KeyType::secp256k1:
      return "ES256K";
  }
  return "unknown";
}

Result<JwsHeader> parse_jws_header(std::string_view base64url) {
  const auto octets = base64url_decode(base64url);
  if (!octets) return invalid_argument("JWS header: " + octets.error().message, "header");
  return parse_header_text(std::string(as_text(*octets)));
}

Result<Jws> parse_jws(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (second == token.npos || token.find('.', second + 1) != token.npos) {
    return invalid_argument("a compact JWS has three parts with a dot between them");
  }
  const std::string_view header_part = token.substr(0, first);
  const std::string_view payload_part = token.substr(first + 1, second - first - 1);
  const std::string_view signature_part = token.substr(second + 1);
  if (header_part.empty() || payload_part.empty() || signature_part.empty()) {
    return invalid_argument("a part of the compact JWS is empty");
  }
  auto header = parse_jws_header(header_part);
  if (!header) return std::move(header).error();
  if (!header->b64) {
    return invalid_argument("a compact JWS with b64 false is not allowed (RFC 7797 section 7)",
                            "header.b64");
  }
  const auto payload = base64url_decode(payload_part);
  if (!payload) return invalid_argument("JWS payload: " + payload.error().message, "payload");
  auto signature = base64url_decode(signature_part);
  if (!signature) {
    return invalid_argument("JWS signature: " + signature.error().message, "signature");
  }
  return Jws{*std::move(header), token.substr(0, second), payload_part, *std::move(signature)};
}

Status verify_jws_signature(const JwsHeader& header, ByteView signing_input, ByteView signature,
                            const PublicKey& key, std::span<const std::string_view> understood) {
  if (!algorithm_fits(header.alg, key.type())) {
    return invalid_argument("alg must be " + std::string(jws_algorithm(key.type())) +
                                " for a key of type " + std::string(key_type_name(key.type())),
                            "header.alg");
  }
  for (const std::string& name : header.crit) {
    if (std::ranges::find(understood, name) == understood.end()) {
      return invalid_argument("crit names a member that is not understood here", "header.crit");
    }
  }
  return key.verify(signing_input, signature);
}

Status verify_jws(const Jws& jws, const PublicKey& key,
                  std::span<const std::string_view> understood) {
  return verify_jws_signature(jws.header, as_bytes(jws.signing_input), jws.signature, key,
                              understood);
}

Result<std::string> sign_jws(std::string_view header_json, ByteView payload, const SecretKey& key) {
  const auto header = parse_header_text(std::string(header_json));
  if (!header) return header.error();
  if (!algorithm_fits(header->alg, key.type())) {
    return invalid_argument("alg must be " + std::string(jws_algorithm(key.type())), "header.alg");
  }
  if (!header->b64) return invalid_argument("b64 must be true", "header.b64");
  if (payload.empty()) return invalid_argument("the payload is empty", "payload");
  std::string token = base64url_encode(as_bytes(header_json));
  token += '.';
  token += base64url_encode(payload);
  const auto signature = key.sign(as_bytes(token));
  if (!signature) return signature.error();
  token += '.';
  token += base64url_encode(*signature);
  return token;
}

}  // namespace kedge::crypto
