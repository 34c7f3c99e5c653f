// SPDX-License-Identifier: Apache-2.0
#include <limits>
#include <set>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/cbor.hpp"
#include "crypto/json.hpp"
#include "node/status/foreign_document.hpp"
#include "node/status/list_encoding.hpp"
#include "node/status/token_claims.hpp"

/// Token Status Lists, as JWT and as CWT: one reading of the claims for both.
namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxDepth = 8;

ListRefusal refuse(ListFault fault, std::string message) {
  return {fault, std::move(message)};
}

struct TokenClaims {
  std::optional<std::string> iss;
  std::optional<std::string> sub;
  std::optional<std::uint64_t> iat;
  std::optional<std::uint64_t> exp;
  std::optional<std::uint64_t> ttl;
};

/// Seconds become milliseconds without a wrap.
std::uint64_t in_ms(std::uint64_t seconds) {
  const std::uint64_t greatest = std::numeric_limits<std::uint64_t>::max() / 1000;
  return std::min(seconds, greatest) * 1000;
}

std::optional<ListRefusal> check_claims(const TokenClaims& claims, const ExpectedList& expected) {
  if (!claims.sub) return refuse(ListFault::malformed, "expected text in sub");
  if (*claims.sub != expected.uri) {
    return refuse(ListFault::wrong_uri, "expected sub " + expected.uri);
  }
  if (!expected.issuer.empty() && claims.iss && *claims.iss != expected.issuer) {
    return refuse(ListFault::wrong_issuer, "expected iss " + expected.issuer);
  }
  if (!claims.iat) return refuse(ListFault::malformed, "expected whole seconds in iat");
  if (in_ms(*claims.iat) > expected.now_ms) {
    return refuse(ListFault::out_of_date, "iat is in the future");
  }
  if (claims.exp && in_ms(*claims.exp) <= expected.now_ms) {
    return refuse(ListFault::out_of_date, "exp has passed");
  }
  if (claims.ttl == 0U) return refuse(ListFault::malformed, "ttl must be positive");
  return std::nullopt;
}

ForeignDocument document(ForeignList list, const TokenClaims& claims) {
  ForeignDocument out{std::move(list), claims.iss.value_or(""), std::nullopt, std::nullopt};
  if (claims.exp) out.valid_until_ms = in_ms(*claims.exp);
  if (claims.ttl) out.ttl_ms = in_ms(*claims.ttl);
  return out;
}

/// A NumericDate may have a fraction; a negative one or one beyond 64 bits is none.
std::optional<std::uint64_t> seconds_of(const json& value) {
  if (const auto* whole = value.get_ptr<const json::number_unsigned_t*>()) return *whole;
  if (!value.is_number_float()) return std::nullopt;
  const auto real = value.get<double>();
  return real >= 0 && real < 1e15 ? std::optional(static_cast<std::uint64_t>(real)) : std::nullopt;
}

/// Reads what is there; what has the wrong kind of value is named.
std::optional<ListRefusal> read_claims(const json& payload, TokenClaims& out) {
  const auto text = [&](const char* name, std::optional<std::string>& member) {
    const auto found = payload.find(name);
    if (found == payload.end()) return true;
    const auto* value = found->get_ptr<const std::string*>();
    if (value != nullptr) member = *value;
    return value != nullptr;
  };
  const auto seconds = [&](const char* name, std::optional<std::uint64_t>& member) {
    const auto found = payload.find(name);
    if (found == payload.end()) return true;
    member = seconds_of(*found);
    return member.has_value();
  };
  if (!text("iss", out.iss)) return refuse(ListFault::malformed, "expected text in iss");
  if (!text("sub", out.sub)) return refuse(ListFault::malformed, "expected text in sub");
  if (!seconds("iat", out.iat)) return refuse(ListFault::malformed, "expected seconds in iat");
  if (!seconds("exp", out.exp)) return refuse(ListFault::malformed, "expected seconds in exp");
  if (!seconds("ttl", out.ttl)) return refuse(ListFault::malformed, "expected seconds in ttl");
  return std::nullopt;
}

bool is_type(std::string_view typ, std::string_view media_type) {
  // RFC 7515 section 4.1.9: `application/` may be left out.
  return typ == media_type || "application/" + std::string(typ) == media_type;
}

struct CwtList {
  std::optional<std::uint64_t> bits;
  std::optional<ByteView> lst;
};

void read_cwt_list(CborReader& reader, CwtList& out) {
  const std::size_t members = reader.map("status_list");
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < members && reader.ok(); ++i) {
    const std::string_view name = reader.text("status_list");
    if (!seen.insert(name).second) return reader.refuse("a name comes twice", "status_list");
    if (name == "bits") {
      out.bits = reader.integer("status_list.bits");
    } else if (name == "lst") {
      out.lst = reader.bytes("status_list.lst");
    } else {
      reader.skip(kMaxDepth, "status_list");
    }
  }
}

/// The keys may come in any order: the examples of the standard are not sorted.
void read_cwt(CborReader& reader, TokenClaims& claims, CwtList& list) {
  const std::size_t members = reader.map("claims");
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < members && reader.ok(); ++i) {
    if (reader.next_type() != CborType::unsigned_integer) {
      reader.skip(0, "claims");
      reader.skip(kMaxDepth, "claims");
      continue;
    }
    const std::uint64_t key = reader.integer("claims");
    if (!seen.insert(key).second) return reader.refuse("a claim comes twice", "claims");
    if (key == kCwtIss) {
      claims.iss = reader.text("claims.iss");
    } else if (key == kCwtSub) {
      claims.sub = reader.text("claims.sub");
    } else if (key == kCwtExp) {
      claims.exp = reader.integer("claims.exp");
    } else if (key == kCwtIat) {
      claims.iat = reader.integer("claims.iat");
    } else if (key == kCwtTtl) {
      claims.ttl = reader.integer("claims.ttl");
    } else if (key == kCwtStatusList) {
      read_cwt_list(reader, list);
    } else {
      reader.skip(kMaxDepth, "claims");
    }
  }
}

}  // namespace

ListResult<ForeignDocument> decode_token_jwt(const crypto::Jws& jwt, const ExpectedList& expected) {
  if (!jwt.header.typ || !is_type(*jwt.header.typ, kTokenJwtType)) {
    return refuse(ListFault::wrong_type, "expected typ statuslist+jwt");
  }
  const auto octets = crypto::base64url_decode(jwt.payload_base64url);
  if (!octets) return refuse(ListFault::malformed, octets.error().message);
  const auto payload = crypto::parse_json(as_text(*octets));
  if (!payload || !payload->is_object()) {
    return refuse(ListFault::malformed, "expected a JSON object as payload");
  }
  TokenClaims claims;
  if (auto bad = read_claims(*payload, claims)) return *std::move(bad);
  if (auto bad = check_claims(claims, expected)) return *std::move(bad);
  const auto member = payload->find("status_list");
  if (member == payload->end() || !member->is_object()) {
    return refuse(ListFault::malformed, "expected an object in status_list");
  }
  const auto bits = member->find("bits");
  const auto lst = member->find("lst");
  if (bits == member->end() || !bits->is_number_unsigned()) {
    return refuse(ListFault::malformed, "expected a number in status_list.bits");
  }
  if (lst == member->end() || !lst->is_string()) {
    return refuse(ListFault::malformed, "expected text in status_list.lst");
  }
  auto list = decode_token_list(std::string_view(*lst->get_ptr<const std::string*>()),
                                bits->get<std::uint64_t>());
  if (!list) return list.refusal();
  return document(std::move(*list), claims);
}

ListResult<ForeignDocument> decode_token_cwt(const CoseSign1& cwt, const ExpectedList& expected) {
  if (!is_type(cwt.typ, kTokenCwtType)) {
    return refuse(ListFault::wrong_type, "expected typ application/statuslist+cwt");
  }
  CborReader reader(cwt.payload);
  TokenClaims claims;
  CwtList found;
  read_cwt(reader, claims, found);
  reader.finish();
  if (!reader.ok()) return refuse(ListFault::malformed, reader.status().error().message);
  if (auto bad = check_claims(claims, expected)) return *std::move(bad);
  if (!found.bits || !found.lst) {
    return refuse(ListFault::malformed, "expected bits and lst in the claim 65533");
  }
  auto list = decode_token_list(*found.lst, *found.bits);
  if (!list) return list.refusal();
  return document(std::move(*list), claims);
}

}  // namespace kedge::node
