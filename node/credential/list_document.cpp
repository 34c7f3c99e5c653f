// SPDX-License-Identifier: Apache-2.0
#include "node/credential/list_document.hpp"

#include <algorithm>

#include "crypto/jws.hpp"
#include "node/credential/signature_check.hpp"
#include "node/status/foreign_document.hpp"

namespace kedge::node {
namespace {

ListReading refused(ReasonCode code, std::string message) {
  return {code, "the status list: " + std::move(message), {}};
}

ReasonCode code_of(ListFault fault) {
  switch (fault) {
    case ListFault::wrong_type:
      return ReasonCode::status_list_type;
    case ListFault::wrong_purpose:
      return ReasonCode::status_list_purpose;
    case ListFault::wrong_issuer:
      return ReasonCode::status_list_issuer;
    case ListFault::wrong_uri:
      return ReasonCode::status_list_uri;
    case ListFault::out_of_date:
      return ReasonCode::status_list_out_of_date;
    case ListFault::too_large:
      return ReasonCode::status_list_too_large;
    case ListFault::wrong_length:
      return ReasonCode::status_list_length;
    case ListFault::out_of_range:
      return ReasonCode::status_index_out_of_range;
    default:
      return ReasonCode::status_list_malformed;
  }
}

ListReading refused(const ListRefusal& refusal) {
  return refused(code_of(refusal.fault), refusal.message);
}

std::string_view trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \t\r\n");
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  return start == text.npos ? std::string_view() : text.substr(start, end - start + 1);
}

/// The document by the decoder of its standard and its form.
ListResult<ForeignDocument> decode(std::string_view text, StatusEntryKind kind,
                                   const ExpectedList& expected) {
  if (text.starts_with('{')) {
    if (kind == StatusEntryKind::bitstring) return decode_bitstring_credential(text, expected);
    return ListRefusal{ListFault::wrong_type, "expected a JWT, found JSON"};
  }
  const auto jws = crypto::parse_jws(text);
  if (!jws) return ListRefusal{ListFault::malformed, jws.error().message};
  switch (kind) {
    case StatusEntryKind::bitstring:
      return decode_bitstring_jwt(*jws, expected);
    case StatusEntryKind::status_list_2021:
      return decode_status_list_2021_jwt(*jws, expected);
    default:
      return decode_token_jwt(*jws, expected);
  }
}

/// Whether the list is signed by the issuer that it names: `issuer`.
std::optional<std::string> signature_fault(std::string_view text, StatusEntryKind kind,
                                           const std::string& issuer, DidResolver& resolver) {
  auto list = parse_credential(as_bytes(text));
  if (!list) return list.error().message;
  SignatureFinding checked;
  if (kind == StatusEntryKind::token) {
    list->issuer = issuer;
    checked = check_token_signature(*list, resolver);
  } else {
    checked = check_credential_signature(*list, resolver);
  }
  if (checked.finding.check.result == CheckResult::passed) return std::nullopt;
  return checked.finding.check.detail;
}

/// 0 VALID, 1 INVALID, 2 SUSPENDED (Token Status List section 7.1); a bit means its purpose.
ListedStatus meaning(std::uint8_t value, const CredentialStatusEntry& entry) {
  if (value == 0) return ListedStatus::valid;
  if (entry.kind != StatusEntryKind::token) {
    return entry.purpose == "suspension" ? ListedStatus::suspended : ListedStatus::revoked;
  }
  if (value == 1) return ListedStatus::revoked;
  return value == 2 ? ListedStatus::suspended : ListedStatus::other;
}

}  // namespace

std::string_view accepted_types(StatusEntryKind kind) {
  switch (kind) {
    case StatusEntryKind::token:
      return "application/statuslist+jwt";
    case StatusEntryKind::status_list_2021:
      return "application/jwt, text/plain;q=0.9, */*;q=0.1";
    default:
      return "application/vc+jwt, application/vc, application/ld+json;q=0.9, "
             "application/json;q=0.8";
  }
}

ListReading read_list(const std::string& document, const CredentialStatusEntry& entry,
                      const std::string& issuer, const StatusLookUp& look_up) {
  const std::string_view text = trimmed(document);
  ExpectedList expected;
  expected.uri = entry.list;
  expected.now_ms = look_up.now_ms;
  if (entry.kind != StatusEntryKind::token) expected.purpose = *purpose_from_name(entry.purpose);
  const auto decoded = decode(text, entry.kind, expected);
  if (!decoded) return refused(decoded.refusal());
  // Token Status Lists need not name an issuer; then it has to be the credential's key.
  const std::string list_issuer = decoded->issuer.empty() ? issuer : decoded->issuer;
  const auto& others = look_up.list_issuers;
  if (list_issuer != issuer && std::ranges::find(others, list_issuer) == others.end()) {
    return refused(ReasonCode::status_list_issuer,
                   "issued by " + list_issuer + ", the credential by " + issuer);
  }
  if (auto fault = signature_fault(text, entry.kind, list_issuer, *look_up.resolver)) {
    return refused(ReasonCode::status_list_signature, *std::move(fault));
  }
  const auto value = decoded->list.value(entry.index);
  if (!value) return refused(value.refusal());
  return {std::nullopt, {}, meaning(*value, entry)};
}

}  // namespace kedge::node
