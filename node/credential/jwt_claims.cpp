// SPDX-License-Identifier: Apache-2.0
#include "node/credential/jwt_claims.hpp"

#include <algorithm>

#include "crypto/rfc3339.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

class Comparison {
 public:
  Comparison(const Credential& credential, bool all, std::vector<std::string>& faults)
      : credential_(credential), all_(all), faults_(faults) {}

  void issuer() {
    const json& body = credential_.body();
    const bool has_member = body.contains("issuer");
    const std::string claim = text("iss");
    if (!claim.empty() && has_member ? claim != credential_.issuer : all_) differ("iss", "issuer");
  }

  void subject() {
    const std::string claim = text("sub");
    const auto& subjects = credential_.subjects;
    if (claim.empty() || subjects.empty()) {
      if (all_ && (!claim.empty() || !subjects.empty())) differ("sub", "credentialSubject.id");
    } else if (std::ranges::find(subjects, claim) == subjects.end()) {
      differ("sub", "credentialSubject.id");
    }
  }

  void id() {
    const json& body = credential_.body();
    const bool has_claim = credential_.claims.contains("jti");
    const bool has_member = body.contains("id");
    if (has_claim && has_member ? credential_.claims["jti"] != body["id"] : all_) {
      differ("jti", "id");
    }
  }

  /// In whole seconds. `must` asks for the claim where there is the member.
  void time(const char* claim, const char* member, bool must) {
    const json& body = credential_.body();
    const bool has_claim = credential_.claims.contains(claim);
    const bool has_member = body.contains(member);
    if (has_claim && has_member) {
      if (seconds_of_claim(claim) != seconds_of(body[member])) differ(claim, member);
    } else if (must && !has_claim) {
      faults_.push_back(std::string(claim) + " is missing");
    }
  }

 private:
  void differ(const char* claim, const char* member) {
    faults_.push_back(std::string(claim) + " is not the credential's " + member);
  }

  std::string text(const char* name) const {
    const auto claim = credential_.claims.find(name);
    if (claim == credential_.claims.end() || !claim->is_string()) return {};
    return claim->get<std::string>();
  }

  std::optional<std::int64_t> seconds_of_claim(const char* name) const {
    const json& claim = credential_.claims[name];
    if (!claim.is_number_integer()) return std::nullopt;
    return claim.get<std::int64_t>();
  }

  /// Rounded down, as JavaScript's libraries do it.
  static std::optional<std::int64_t> seconds_of(const json& member) {
    if (!member.is_string()) return std::nullopt;
    const auto time = crypto::parse_date_time(member.get_ref<const std::string&>());
    if (!time) return std::nullopt;
    return *time / 1000 - (*time % 1000 < 0 ? 1 : 0);
  }

  const Credential& credential_;
  const bool all_;
  std::vector<std::string>& faults_;
};

}  // namespace

void compare_jwt_1_1(const Credential& credential, bool all, std::vector<std::string>& faults) {
  Comparison compare(credential, all, faults);
  compare.issuer();
  compare.subject();
  compare.id();
  // The data model itself knows neither `issued` nor `validFrom`.
  if (all) compare.time("iat", "issued", true);
  compare.time("nbf", all ? "validFrom" : "issuanceDate", all);
  compare.time("exp", "expirationDate", all && credential.body().contains("expirationDate"));
}

void compare_jwt_2_0(const Credential& credential, std::vector<std::string>& faults) {
  Comparison compare(credential, false, faults);
  compare.issuer();
  compare.subject();
  compare.id();
}

}  // namespace kedge::node
