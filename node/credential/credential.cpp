// SPDX-License-Identifier: Apache-2.0
#include "node/credential/credential.hpp"

#include <algorithm>
#include <array>

#include "crypto/base64.hpp"
#include "crypto/data_integrity.hpp"
#include "crypto/json.hpp"
#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "node/credential/members.hpp"
#include "node/credential/vcdm_members.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

std::string_view without_line_end(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

bool is_base64url(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

/// The header of what wants to be a compact JWS, whatever else is wrong with it, so that a broken
/// or unsigned token is not taken for octets that carry no signature.
std::optional<json> token_header(std::string_view token) {
  const std::size_t first = token.find('.');
  const std::size_t second = first == token.npos ? token.npos : token.find('.', first + 1);
  if (first == 0 || second == token.npos || !is_base64url(token.substr(0, first)) ||
      !is_base64url(token.substr(first + 1, second - first - 1))) {
    return std::nullopt;
  }
  const auto octets = crypto::base64url_decode(token.substr(0, first));
  if (!octets) return std::nullopt;
  auto header = crypto::parse_json(as_text(*octets));
  if (!header || !header->is_object() || !header->contains("alg")) return std::nullopt;
  return *std::move(header);
}

Result<json> parse_claims(std::string_view payload_base64url) {
  const auto octets = crypto::base64url_decode(payload_base64url);
  if (!octets) return octets.error();
  auto claims = crypto::parse_json(as_text(*octets));
  if (!claims) return std::move(claims).error();
  return claims;
}

/// The claims that any form of JWT may have (RFC 7519 section 4.1).
Status read_jwt_times(const json& claims, Credential& out) {
  const auto from = numeric_date(claims, "nbf", "");
  if (!from) return from.error();
  const auto until = numeric_date(claims, "exp", "");
  if (!until) return until.error();
  const auto issued = numeric_date(claims, "iat", "");
  if (!issued) return issued.error();
  if (*from) narrow_from(out, **from);
  if (*until) narrow_until(out, **until);
  if (*issued) out.issued_ms = *issued;
  return {};
}

Status read_sd_jwt_claims(Credential& out) {
  if (auto vct = required_text(out.claims, "vct", ""); !vct) return std::move(vct).error();
  auto issuer = optional_text(out.claims, "iss", "");
  if (!issuer) return std::move(issuer).error();
  if (*issuer) {
    if (!is_uri(**issuer)) return invalid_argument("expected a URI", "iss");
    out.issuer = **std::move(issuer);
  }
  auto subject = optional_text(out.claims, "sub", "");
  if (!subject) return std::move(subject).error();
  if (*subject) out.subjects.push_back(**std::move(subject));
  if (Status read = read_jwt_times(out.claims, out); !read) return read;
  if (const auto status = out.claims.find("status"); status != out.claims.end()) {
    auto entries = read_token_status(*status, "status");
    if (!entries) return std::move(entries).error();
    out.statuses = *std::move(entries);
  }
  return {};
}

bool is_vcdm(const json& object) {
  return object.is_object() && object.contains("@context");
}

/// A JWT that carries the VCDM in one of its two ways, or something else.
Status read_jwt_vc(Credential& out) {
  const auto vc = out.claims.find("vc");
  if (vc == out.claims.end() && !is_vcdm(out.claims)) return {};
  out.form = vc == out.claims.end() ? CredentialForm::jwt_vc_2_0 : CredentialForm::jwt_vc_1_1;
  if (vc != out.claims.end() && !vc->is_object())
    return invalid_argument("expected an object", "vc");
  if (Status read = read_vcdm_members(out); !read) return read;
  auto issuer = optional_text(out.claims, "iss", "");
  if (!issuer) return std::move(issuer).error();
  // In VCDM 1.1 the claim may stand in place of the member (section 6.3.1).
  if (out.issuer.empty() && *issuer) {
    if (!is_uri(**issuer)) return invalid_argument("expected a URI", "iss");
    out.issuer = **std::move(issuer);
  }
  if (out.issuer.empty()) return invalid_argument("expected a URI", "iss");
  return read_jwt_times(out.claims, out);
}

Status read_header(const crypto::JwsHeader& header, const json& members, Credential& out) {
  out.algorithm = header.alg;
  out.type_header = header.typ;
  out.key_id = header.kid;
  out.has_certificates = members.contains("x5c");
  if (out.key_id && (out.key_id->empty() || out.key_id->size() > kMaxIdentifier)) {
    return invalid_argument("expected a text of 1 to " + std::to_string(kMaxIdentifier) + " octets",
                            "header.kid");
  }
  return {};
}

Result<Credential> parse_jwt(std::string_view token, const json& header) {
  Credential out;
  out.form = CredentialForm::other_signed;
  out.document = token;
  const auto jws = crypto::parse_jws(token);
  if (!jws) return jws.error();
  if (Status read = read_header(jws->header, header, out); !read) return read.error();
  auto claims = parse_claims(jws->payload_base64url);
  // A JWS may carry anything; only a credential must be JSON.
  if (!claims || !claims->is_object()) return out;
  out.claims = *std::move(claims);
  if (Status read = read_jwt_vc(out); !read) return read.error();
  return out;
}

Result<Credential> parse_sd_jwt(std::string_view text, const json& header) {
  Credential out;
  out.form = CredentialForm::other_signed;
  out.document = text;
  const auto parts = crypto::split_sd_jwt(text);
  if (!parts) return parts.error();
  const auto jws = crypto::parse_jws(parts->issuer_jwt);
  if (!jws) return jws.error();
  if (Status read = read_header(jws->header, header, out); !read) return read.error();
  auto claims = parse_claims(jws->payload_base64url);
  if (!claims) return std::move(claims).error();
  if (!claims->is_object()) return invalid_argument("expected an object", "payload");
  out.signed_claims = *std::move(claims);
  auto disclosed = crypto::disclosed_claims(*parts);
  if (disclosed) {
    out.claims = *std::move(disclosed);
  } else {
    out.claims = out.signed_claims;
    out.disclosure_fault = std::move(disclosed).error();
  }
  const bool typed = out.type_header == "dc+sd-jwt" || out.type_header == "vc+sd-jwt";
  if (!typed && !out.claims.contains("vct")) return out;
  out.form = CredentialForm::sd_jwt_vc;
  if (Status read = read_sd_jwt_claims(out); !read) return read.error();
  return out;
}

bool names_signature(std::string_view text) {
  constexpr std::array<std::string_view, 3> kNames = {R"("proof")", R"("protected")",
                                                      R"("signatures")"};
  return std::ranges::any_of(
      kNames, [text](std::string_view name) { return text.find(name) != text.npos; });
}

Result<Credential> parse_object(std::string_view document) {
  Credential out;
  out.document = document;
  auto object = crypto::parse_json(document);
  if (!object) {
    // Broken or not strict: nothing in it is checked, but it must not pass for octets that nobody
    // has signed.
    if (names_signature(document)) out.form = CredentialForm::other_signed;
    return out;
  }
  const bool proven = object->contains("proof");
  const bool jose = object->contains("payload") &&
                    (object->contains("protected") || object->contains("signatures"));
  if (proven || jose) out.form = CredentialForm::other_signed;
  if (!proven || !is_vcdm(*object)) return out;
  out.form = CredentialForm::data_integrity;
  out.claims = *std::move(object);
  if (const auto proofs = crypto::data_integrity_proofs(document); !proofs) return proofs.error();
  if (Status read = read_vcdm_members(out); !read) return read.error();
  if (out.issuer.empty()) return invalid_argument("expected a URI", "issuer");
  return out;
}

}  // namespace

std::string_view form_name(CredentialForm form) {
  switch (form) {
    case CredentialForm::plain:
      return "octets without a signature";
    case CredentialForm::other_signed:
      return "another signed document";
    case CredentialForm::jwt_vc_1_1:
      return "JWT VC 1.1";
    case CredentialForm::jwt_vc_2_0:
      return "JWT VC 2.0";
    case CredentialForm::sd_jwt_vc:
      return "SD-JWT VC";
    case CredentialForm::data_integrity:
      return "Data Integrity";
  }
  return "unknown";
}

const json& Credential::body() const {
  return form == CredentialForm::jwt_vc_1_1 ? claims.at("vc") : claims;
}

Result<Credential> parse_credential(ByteView octets) {
  const std::string_view document = as_text(octets);
  Credential plain;
  const std::size_t start = document.find_first_not_of(" \t\r\n");
  if (start == document.npos) return plain;
  if (document[start] == '{') {
    if (document.size() <= kMaxCredentialText) return parse_object(document);
    return invalid_argument("the document is longer than 8 MiB");
  }
  const std::string_view text = without_line_end(document);
  const std::string_view token = text.substr(0, text.find('~'));
  const auto header = token.size() <= kMaxCredentialText ? token_header(token) : std::nullopt;
  if (!header) return plain;
  if (text.size() > kMaxCredentialText) {
    return invalid_argument("the document is longer than 8 MiB");
  }
  return token.size() == text.size() ? parse_jwt(text, *header) : parse_sd_jwt(text, *header);
}

}  // namespace kedge::node
