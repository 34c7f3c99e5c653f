// SPDX-License-Identifier: Apache-2.0
#include "crypto/sd_jwt.hpp"

#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/json.hpp"
#include "crypto/jws.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

using nlohmann::json;

/// RFC 9901 section 7.1: puts the disclosed values where their digests stand. The depth of what it
/// walks is bounded by the parser and by the number of disclosures, each of which is used once.
class Discloser {
 public:
  Status add(std::string_view disclosure) {
    const auto octets = base64url_decode(disclosure);
    if (!octets) return octets.error();
    auto value = parse_json(as_text(*octets));
    if (!value) return std::move(value).error();
    const bool well_formed = value->is_array() && (value->size() == 2 || value->size() == 3) &&
                             (*value)[0].is_string() &&
                             (value->size() == 2 || (*value)[1].is_string());
    if (!well_formed) {
      return invalid_argument(
          "a disclosure is an array of salt, name and value, or of salt and value");
    }
    if (value->size() == 3 && ((*value)[1] == "_sd" || (*value)[1] == "...")) {
      return invalid_argument("a disclosure may not be named _sd or ...");
    }
    if (!waiting_.emplace(disclosure_digest(disclosure), *std::move(value)).second) {
      return invalid_argument("a disclosure stands twice");
    }
    return {};
  }

  Status process(json& value, std::size_t depth) {
    if (depth > kMaxDepth) return invalid_argument("the claims are nested too deeply");
    if (value.is_object()) return process_object(value, depth);
    if (value.is_array()) return process_array(value, depth);
    return {};
  }

  [[nodiscard]] Status finish() const {
    if (waiting_.empty()) return {};
    return invalid_argument("a disclosure belongs to no digest in the claims");
  }

 private:
  static constexpr std::size_t kMaxDepth = 64;

  /// The disclosure of a digest, or null where it was not disclosed.
  Result<json> take(const json& digest, std::size_t parts) {
    const auto* text = digest.get_ptr<const std::string*>();
    if (text == nullptr) return invalid_argument("a digest must be text");
    if (!seen_.insert(*text).second) return invalid_argument("a digest stands twice");
    const auto found = waiting_.find(*text);
    if (found == waiting_.end()) return json();
    json disclosure = std::move(found->second);
    waiting_.erase(found);
    if (disclosure.size() != parts) {
      return invalid_argument(parts == 3 ? "the disclosure of a member has no name"
                                         : "the disclosure of an array element has a name");
    }
    return disclosure;
  }

  Status process_object(json& object, std::size_t depth) {
    if (object.contains("...")) return invalid_argument("... may stand only in arrays");
    for (auto& [name, member] : object.items()) {
      if (name == "_sd") continue;
      if (Status done = process(member, depth + 1); !done) return done;
    }
    const auto digests = object.find("_sd");
    if (digests == object.end()) return {};
    if (!digests->is_array()) return invalid_argument("_sd must be an array");
    const json taken = std::move(*digests);
    object.erase("_sd");
    for (const json& digest : taken) {
      auto disclosure = take(digest, 3);
      if (!disclosure) return std::move(disclosure).error();
      if (disclosure->is_null()) continue;
      const auto& name = (*disclosure)[1].get_ref<const std::string&>();
      if (object.contains(name)) return invalid_argument("a disclosure would overwrite a claim");
      if (Status done = process((*disclosure)[2], depth + 1); !done) return done;
      object[name] = std::move((*disclosure)[2]);
    }
    return {};
  }

  Status process_array(json& array, std::size_t depth) {
    json kept = json::array();
    for (json& element : array) {
      if (!element.is_object() || !element.contains("...")) {
        if (Status done = process(element, depth + 1); !done) return done;
        kept.push_back(std::move(element));
        continue;
      }
      if (element.size() != 1) return invalid_argument("... must be alone in its object");
      auto disclosure = take(element["..."], 2);
      if (!disclosure) return std::move(disclosure).error();
      if (disclosure->is_null()) continue;
      if (Status done = process((*disclosure)[1], depth + 1); !done) return done;
      kept.push_back(std::move((*disclosure)[1]));
    }
    array = std::move(kept);
    return {};
  }

  std::map<std::string, json, std::less<>> waiting_;
  std::set<std::string, std::less<>> seen_;
};

}  // namespace

Result<SdJwt> split_sd_jwt(std::string_view text) {
  SdJwt out;
  std::size_t tilde = text.find('~');
  if (tilde == text.npos) return invalid_argument("an SD-JWT has a tilde after the issuer's JWT");
  out.issuer_jwt = text.substr(0, tilde);
  if (const auto jws = parse_jws(out.issuer_jwt); !jws) return jws.error();
  for (std::size_t start = tilde + 1; tilde != text.npos; start = tilde + 1) {
    tilde = text.find('~', start);
    if (tilde == text.npos) {
      out.key_binding_jwt = text.substr(start);
      break;
    }
    const std::string_view disclosure = text.substr(start, tilde - start);
    if (disclosure.empty() || !base64url_decode(disclosure)) {
      return invalid_argument("a disclosure of the SD-JWT is not base64url without padding");
    }
    out.disclosures.push_back(disclosure);
  }
  if (!out.key_binding_jwt.empty()) {
    if (const auto jws = parse_jws(out.key_binding_jwt); !jws) {
      return invalid_argument("key binding JWT: " + jws.error().message);
    }
  }
  return out;
}

std::string make_disclosure(std::string_view salt, std::string_view name, const json& value) {
  return base64url_encode(as_bytes(json::array({salt, name, value}).dump()));
}

std::string make_array_disclosure(std::string_view salt, const json& value) {
  return base64url_encode(as_bytes(json::array({salt, value}).dump()));
}

std::string disclosure_digest(std::string_view disclosure) {
  return base64url_encode(sha256(as_bytes(disclosure)));
}

Result<json> disclosed_claims(const SdJwt& sd_jwt) {
  const auto jws = parse_jws(sd_jwt.issuer_jwt);
  if (!jws) return jws.error();
  const auto payload = base64url_decode(jws->payload_base64url);
  if (!payload) return payload.error();
  auto claims = parse_json(as_text(*payload));
  if (!claims) return std::move(claims).error();
  if (!claims->is_object()) return invalid_argument("the claims are not a JSON object");
  if (const auto algorithm = claims->find("_sd_alg"); algorithm != claims->end()) {
    if (*algorithm != "sha-256") return invalid_argument("_sd_alg must be sha-256", "_sd_alg");
    claims->erase(algorithm);
  }
  Discloser discloser;
  for (const std::string_view disclosure : sd_jwt.disclosures) {
    if (const Status added = discloser.add(disclosure); !added) return added.error();
  }
  if (const Status done = discloser.process(*claims, 0); !done) return done.error();
  if (const Status done = discloser.finish(); !done) return done.error();
  return claims;
}

}  // namespace kedge::crypto
