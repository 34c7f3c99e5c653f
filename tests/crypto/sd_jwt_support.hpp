// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "crypto/jws.hpp"
#include "crypto/sd_jwt.hpp"
#include "tests/crypto/jose_support.hpp"

namespace kedge::test {

using nlohmann::json;

inline std::string issue_sd_jwt(const json& claims, const std::vector<std::string>& disclosures) {
  std::string out = *crypto::sign_jws(R"({"alg":"ES256"})", as_bytes(claims.dump()),
                                      fixed_key(crypto::KeyType::p256));
  out += '~';
  for (const std::string& disclosure : disclosures) out += disclosure + "~";
  return out;
}

/// What crypto::disclosed_claims says of it, as text.
inline std::string disclosed(const json& claims, const std::vector<std::string>& disclosures) {
  const std::string document = issue_sd_jwt(claims, disclosures);
  const auto sd_jwt = crypto::split_sd_jwt(document);
  if (!sd_jwt) return "split: " + sd_jwt.error().message;
  const auto out = crypto::disclosed_claims(*sd_jwt);
  return out ? out->dump() : "refused: " + out.error().message;
}

/// Appends to an array, or adds to an object.
inline void put(json& container, const std::string& name, const json& value) {
  if (container.is_array()) {
    container.push_back(value);
  } else {
    container[name] = value;
  }
}

/// Issues claims as a frame asks, nested frames from the inside out.
class Concealment {
 public:
  json conceal(const json& claims, const json& frame,
               const json::json_pointer& at = json::json_pointer()) {
    if (!claims.is_structured()) return claims;
    const std::set<std::string> hidden = names_in(frame);
    const json decoys = frame.value("_sd_decoy", json(0));
    json out = claims.is_array() ? json::array() : json::object();
    json digests = json::array();
    for (const auto& [name, value] : claims.items()) {
      const bool framed = frame.contains(name);
      const json inner = framed ? conceal(value, frame[name], at / name) : value;
      if (!hidden.contains(name)) {
        put(out, name, inner);
      } else if (claims.is_array()) {
        out.push_back({{"...", add(crypto::make_array_disclosure(next_salt(), inner), at / name)}});
      } else {
        digests.push_back(add(crypto::make_disclosure(next_salt(), name, inner), at / name));
      }
    }
    for (int i = decoys.get<int>(); i > 0; --i) {
      const std::string decoy = crypto::disclosure_digest(next_salt());
      if (claims.is_array()) {
        out.push_back({{"...", decoy}});
      } else {
        digests.push_back(decoy);
      }
    }
    if (!digests.empty()) out["_sd"] = digests;
    return out;
  }

  /// The members and elements that a frame hides.
  static std::set<std::string> names_in(const json& frame) {
    std::set<std::string> names;
    for (const json& name : frame.value("_sd", json::array())) {
      names.insert(name.is_string() ? text(name) : name.dump());
    }
    return names;
  }

  std::vector<std::string> disclosures;
  /// Where the claims had what each of them discloses.
  std::vector<json::json_pointer> places;

 private:
  std::string next_salt() { return "salt" + std::to_string(salt_++); }

  std::string add(std::string disclosure, const json::json_pointer& place) {
    places.push_back(place);
    disclosures.push_back(std::move(disclosure));
    return crypto::disclosure_digest(disclosures.back());
  }

  int salt_ = 0;
};

}  // namespace kedge::test
