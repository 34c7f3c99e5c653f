// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"
#include "crypto/rfc3339.hpp"
#include "node/status/foreign_document.hpp"

/// The W3C lists: BitstringStatusListCredential and StatusList2021Credential.
namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::string_view kContextV1 = "https://www.w3.org/2018/credentials/v1";
constexpr std::string_view kContextV2 = "https://www.w3.org/ns/credentials/v2";

ListRefusal refuse(ListFault fault, std::string message) {
  return {fault, std::move(message)};
}

ListRefusal missing(std::string_view path) {
  return refuse(ListFault::malformed, "expected text in " + std::string(path));
}

const std::string* text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

/// Whether a member is this text, or an array that holds it.
bool names(const json& object, const char* member, std::string_view wanted) {
  const auto found = object.find(member);
  if (found == object.end()) return false;
  const auto is_wanted = [&](const json& value) { return value == wanted; };
  return found->is_array() ? std::ranges::any_of(*found, is_wanted) : is_wanted(*found);
}

bool first_is(const json& object, const char* member, std::string_view wanted) {
  const auto found = object.find(member);
  if (found == object.end()) return false;
  if (!found->is_array()) return *found == wanted;
  return !found->empty() && found->front() == wanted;
}

/// The issuer is text or an object with an `id`.
const std::string* issuer_of(const json& credential) {
  const auto issuer = credential.find("issuer");
  if (issuer == credential.end()) return nullptr;
  if (issuer->is_object()) return text_member(*issuer, "id");
  return issuer->get_ptr<const std::string*>();
}

/// What the two kinds of list differ in.
struct ListKind {
  std::string_view context;
  std::string_view credential_type;
  std::string_view subject_type;
  const char* valid_until;
  ListResult<ForeignList> (*decode)(std::string_view);
};

constexpr ListKind kBitstring{kContextV2, "BitstringStatusListCredential", "BitstringStatusList",
                              "validUntil", &decode_bitstring};
constexpr ListKind kStatusList2021{kContextV1, "StatusList2021Credential", "StatusList2021",
                                   "expirationDate", &decode_status_list_2021};

using Times = std::pair<std::optional<std::uint64_t>, std::optional<std::uint64_t>>;

ListResult<std::optional<std::uint64_t>> time_member(const json& credential, const char* name) {
  if (!credential.contains(name)) return std::optional<std::uint64_t>();
  const std::string* text = text_member(credential, name);
  if (text == nullptr) return missing(name);
  const auto time = crypto::parse_date_time(*text);
  if (!time) return refuse(ListFault::malformed, std::string(name) + ": " + time.error().message);
  // Before 1970 is before everything that is compared with it.
  return std::optional<std::uint64_t>(static_cast<std::uint64_t>(std::max<std::int64_t>(*time, 0)));
}

ListResult<Times> check_validity(const json& credential, const ListKind& kind,
                                 std::uint64_t now_ms) {
  const auto from = time_member(credential, "validFrom");
  if (!from) return from.refusal();
  const auto until = time_member(credential, kind.valid_until);
  if (!until) return until.refusal();
  if (*from && **from > now_ms) return refuse(ListFault::out_of_date, "the list is not valid yet");
  if (*until && **until <= now_ms) {
    return refuse(ListFault::out_of_date, "the list is not valid any more");
  }
  return Times{*from, *until};
}

std::optional<ListRefusal> check_head(const json& credential, const ListKind& kind,
                                      const ExpectedList& expected) {
  if (!first_is(credential, "@context", kind.context)) {
    return refuse(ListFault::wrong_type,
                  "expected @context to begin with " + std::string(kind.context));
  }
  if (!names(credential, "type", "VerifiableCredential") ||
      !names(credential, "type", kind.credential_type)) {
    return refuse(ListFault::wrong_type, "expected the types VerifiableCredential and " +
                                             std::string(kind.credential_type));
  }
  if (credential.contains("id") && credential["id"] != expected.uri) {
    return refuse(ListFault::wrong_uri, "expected id " + expected.uri);
  }
  const std::string* issuer = issuer_of(credential);
  if (issuer == nullptr) return missing("issuer");
  if (!expected.issuer.empty() && *issuer != expected.issuer) {
    return refuse(ListFault::wrong_issuer, "expected issuer " + expected.issuer);
  }
  return std::nullopt;
}

ListResult<std::optional<std::uint64_t>> ttl_of(const json& subject) {
  const auto ttl = subject.find("ttl");
  if (ttl == subject.end()) return std::optional<std::uint64_t>();
  const auto* value = ttl->get_ptr<const json::number_unsigned_t*>();
  if (value == nullptr) {
    return refuse(ListFault::malformed, "expected whole milliseconds in credentialSubject.ttl");
  }
  return std::optional<std::uint64_t>(*value);
}

ListResult<ForeignDocument> decode_credential(const json& credential, const ListKind& kind,
                                              const ExpectedList& expected) {
  if (!credential.is_object()) return refuse(ListFault::malformed, "expected a JSON object");
  if (auto bad = check_head(credential, kind, expected)) return *std::move(bad);
  const auto times = check_validity(credential, kind, expected.now_ms);
  if (!times) return times.refusal();
  const auto subject = credential.find("credentialSubject");
  if (subject == credential.end() || !subject->is_object()) {
    return refuse(ListFault::malformed, "expected an object in credentialSubject");
  }
  if (!names(*subject, "type", kind.subject_type)) {
    return refuse(ListFault::wrong_type,
                  "expected credentialSubject.type " + std::string(kind.subject_type));
  }
  if (!subject->contains("statusPurpose")) return missing("credentialSubject.statusPurpose");
  if (!names(*subject, "statusPurpose", purpose_name(expected.purpose))) {
    return refuse(ListFault::wrong_purpose, "expected credentialSubject.statusPurpose " +
                                                std::string(purpose_name(expected.purpose)));
  }
  const auto ttl = ttl_of(*subject);
  if (!ttl) return ttl.refusal();
  const std::string* encoded = text_member(*subject, "encodedList");
  if (encoded == nullptr) return missing("credentialSubject.encodedList");
  auto list = kind.decode(*encoded);
  if (!list) return list.refusal();
  return ForeignDocument{std::move(*list), *issuer_of(credential), times->second, *ttl};
}

/// The payload as text and as JSON. The JWS has been taken apart, so its base64url is canonical.
ListResult<json> payload_of(const crypto::Jws& jwt) {
  const auto octets = crypto::base64url_decode(jwt.payload_base64url);
  if (!octets) return refuse(ListFault::malformed, octets.error().message);
  auto payload = crypto::parse_json(as_text(*octets));
  if (!payload || !payload->is_object()) {
    return refuse(ListFault::malformed, "expected a JSON object as payload");
  }
  return *std::move(payload);
}

/// Whether a claim is the same text, or absent where it may be.
bool same_text(const json& claims, const char* claim, const std::string* member) {
  const std::string* value = text_member(claims, claim);
  return value != nullptr && member != nullptr && *value == *member;
}

/// Whether a NumericDate names the same second as a member of the credential.
bool same_second(const json& claims, const char* claim, const json& credential,
                 const char* member) {
  const auto value = claims.find(claim);
  if (value == claims.end() || !value->is_number()) return false;
  const auto time = time_member(credential, member);
  return time && *time && std::floor(value->get<double>()) == static_cast<double>(**time / 1000);
}

ListRefusal contradicts(const char* claim) {
  return refuse(ListFault::wrong_claims,
                std::string(claim) + " is not what the credential inside says");
}

}  // namespace

ListResult<ForeignDocument> decode_bitstring_credential(std::string_view credential,
                                                        const ExpectedList& expected) {
  const auto parsed = crypto::parse_json(credential);
  if (!parsed) return refuse(ListFault::malformed, parsed.error().message);
  return decode_credential(*parsed, kBitstring, expected);
}

ListResult<ForeignDocument> decode_bitstring_jwt(const crypto::Jws& jwt,
                                                 const ExpectedList& expected) {
  if (jwt.header.typ && *jwt.header.typ != "vc+jwt" && *jwt.header.typ != "application/vc+jwt") {
    return refuse(ListFault::wrong_type, "expected typ vc+jwt");
  }
  const auto payload = payload_of(jwt);
  if (!payload) return payload.refusal();
  // Securing VCs with JOSE and COSE section 3.1.3: the claims may repeat members, not change them.
  if (payload->contains("iss") && !same_text(*payload, "iss", issuer_of(*payload))) {
    return contradicts("iss");
  }
  if (payload->contains("jti") && !same_text(*payload, "jti", text_member(*payload, "id"))) {
    return contradicts("jti");
  }
  if (payload->contains("nbf") && !same_second(*payload, "nbf", *payload, "validFrom")) {
    return contradicts("nbf");
  }
  if (payload->contains("exp") && !same_second(*payload, "exp", *payload, "validUntil")) {
    return contradicts("exp");
  }
  return decode_credential(*payload, kBitstring, expected);
}

ListResult<ForeignDocument> decode_status_list_2021_jwt(const crypto::Jws& jwt,
                                                        const ExpectedList& expected) {
  if (jwt.header.typ != "JWT") return refuse(ListFault::wrong_type, "expected typ JWT");
  const auto payload = payload_of(jwt);
  if (!payload) return payload.refusal();
  const auto vc = payload->find("vc");
  if (vc == payload->end() || !vc->is_object()) {
    return refuse(ListFault::malformed, "expected an object in vc");
  }
  if (!same_text(*payload, "iss", issuer_of(*vc))) return contradicts("iss");
  if (!same_text(*payload, "jti", text_member(*vc, "id"))) return contradicts("jti");
  const auto subject = vc->find("credentialSubject");
  if (subject == vc->end() || !subject->is_object() ||
      !same_text(*payload, "sub", text_member(*subject, "id"))) {
    return contradicts("sub");
  }
  if (!same_second(*payload, "iat", *vc, "issued")) return contradicts("iat");
  if (!same_second(*payload, "nbf", *vc, "validFrom")) return contradicts("nbf");
  if (vc->contains("expirationDate") && !same_second(*payload, "exp", *vc, "expirationDate")) {
    return contradicts("exp");
  }
  if (!vc->contains("issuanceDate") || (*vc)["issuanceDate"] != (*vc)["validFrom"]) {
    return refuse(ListFault::wrong_claims, "expected issuanceDate to be the text of validFrom");
  }
  return decode_credential(*vc, kStatusList2021, expected);
}

}  // namespace kedge::node
