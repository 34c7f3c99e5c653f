// SPDX-License-Identifier: Apache-2.0
#include "node/credential/vcdm_members.hpp"

#include <algorithm>
#include <initializer_list>

#include "node/credential/members.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxSubjects = 256;

Status read_subjects(const json& member, const std::string& path, Credential& out) {
  const bool many = member.is_array();
  if (many && (member.empty() || member.size() > kMaxSubjects)) {
    return invalid_argument("expected 1 to " + std::to_string(kMaxSubjects) + " subjects", path);
  }
  for (std::size_t i = 0; i < (many ? member.size() : 1); ++i) {
    const json& subject = many ? member[i] : member;
    const std::string where = many ? path + "[" + std::to_string(i) + "]" : path;
    if (!subject.is_object()) return invalid_argument("expected an object", where);
    const auto id = subject.find("id");
    if (id == subject.end()) continue;
    if (!id->is_string()) return invalid_argument("expected a URI", where + ".id");
    auto uri = identifier_of(*id, where + ".id");
    if (!uri) return std::move(uri).error();
    out.subjects.push_back(*std::move(uri));
  }
  return {};
}

/// Applies `take` to those of the dates that are there.
template <class Take>
Status each_date(const json& body, std::initializer_list<const char*> names,
                 const std::string& path, const Take& take) {
  for (const char* name : names) {
    const auto time = date_time(body, name, path);
    if (!time) return time.error();
    if (*time) take(**time);
  }
  return {};
}

/// VCDM 1.1 section 4.5 and 4.6, and its `validFrom` as EBSI uses it; VCDM 2.0 section 4.9.
Status read_dates(const json& body, const std::string& path, Credential& out) {
  const bool first = first_context(body) == kVcdm11;
  const auto from = [&out](std::int64_t time) { narrow_from(out, time); };
  const auto until = [&out](std::int64_t time) { narrow_until(out, time); };
  const auto issued = [&out](std::int64_t time) {
    if (!out.issued_ms) out.issued_ms = time;
  };
  Status read = first ? each_date(body, {"issuanceDate", "validFrom"}, path, from)
                      : each_date(body, {"validFrom"}, path, from);
  if (!read) return read;
  read = first ? each_date(body, {"expirationDate"}, path, until)
               : each_date(body, {"validUntil"}, path, until);
  if (!read) return read;
  return each_date(body, {"issued", "issuanceDate", "validFrom"}, path, issued);
}

/// The dates of the proofs: `created` is when it was signed, `expires` an end (VC Data Integrity
/// section 2.1).
Status read_proof_dates(const json& proofs, Credential& out) {
  const bool many = proofs.is_array();
  for (std::size_t i = 0; i < (many ? proofs.size() : 1); ++i) {
    const std::string path = many ? "proof[" + std::to_string(i) + "]" : "proof";
    const json& proof = many ? proofs[i] : proofs;
    Status read = each_date(proof, {"created"}, path, [&out, i](std::int64_t time) {
      if (i == 0) out.issued_ms = time;
    });
    if (!read) return read;
    read =
        each_date(proof, {"expires"}, path, [&out](std::int64_t time) { narrow_until(out, time); });
    if (!read) return read;
  }
  return {};
}

}  // namespace

void narrow_from(Credential& credential, std::int64_t time_ms) {
  credential.valid_from_ms = std::max(credential.valid_from_ms.value_or(time_ms), time_ms);
}

void narrow_until(Credential& credential, std::int64_t time_ms) {
  credential.valid_until_ms = std::min(credential.valid_until_ms.value_or(time_ms), time_ms);
}

std::string first_context(const json& body) {
  const auto member = body.find("@context");
  if (member == body.end()) return {};
  const json& first = member->is_array() && !member->empty() ? member->front() : *member;
  return first.is_string() ? first.get<std::string>() : std::string();
}

Status read_vcdm_members(Credential& out) {
  const json& body = out.body();
  const std::string path = out.form == CredentialForm::jwt_vc_1_1 ? "vc" : "";
  auto types = text_list(body, "type", path);
  if (!types) return std::move(types).error();
  out.types = *std::move(types);
  if (const auto issuer = body.find("issuer"); issuer != body.end()) {
    auto id = identifier_of(*issuer, member_path(path, "issuer"));
    if (!id) return std::move(id).error();
    out.issuer = *std::move(id);
  }
  if (const auto subject = body.find("credentialSubject"); subject != body.end()) {
    Status read = read_subjects(*subject, member_path(path, "credentialSubject"), out);
    if (!read) return read;
  }
  if (Status read = read_dates(body, path, out); !read) return read;
  if (const auto proof = body.find("proof");
      out.form == CredentialForm::data_integrity && proof != body.end()) {
    if (Status read = read_proof_dates(*proof, out); !read) return read;
  }
  if (const auto status = body.find("credentialStatus"); status != body.end()) {
    auto entries = read_credential_status(*status, member_path(path, "credentialStatus"));
    if (!entries) return std::move(entries).error();
    out.statuses = *std::move(entries);
  }
  return {};
}

}  // namespace kedge::node
