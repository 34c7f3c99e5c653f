// SPDX-License-Identifier: Apache-2.0
#include "node/credential/status_check.hpp"

#include <algorithm>
#include <map>

#include "node/credential/list_document.hpp"
#include "node/status/purpose_bits.hpp"

namespace kedge::node {
namespace {

/// The looking up for one credential.
class LookUp {
 public:
  LookUp(const Credential& credential, const StatusLookUp& look_up)
      : credential_(credential), look_up_(look_up) {}

  CredentialFinding check(const CredentialStatusEntry& entry) {
    const std::string name = "credential." + entry.path;
    if (entry.kind == StatusEntryKind::other) {
      return finding_against(
          name, ReasonCode::status_entry_unsupported,
          "a status of the type " + entry.type + " cannot be looked up by this version");
    }
    const bool token = entry.kind == StatusEntryKind::token;
    if (!token && !purpose_from_name(entry.purpose)) {
      return finding_not_done(name,
                              "the purpose " + entry.purpose + " says nothing about validity");
    }
    if (entry.entry_bits != 1) {
      return finding_against(name, ReasonCode::status_entry_unsupported,
                             "entries of more than one bit cannot be looked up by this version");
    }
    if (look_up_.source == nullptr) {
      return finding_against(name, ReasonCode::status_not_looked_up,
                             "no host is named that may be asked for " + entry.list);
    }
    const Result<std::string>& document = fetch(entry);
    if (!document) return not_fetched(name, document.error());
    const ListReading reading = read_list(*document, entry, credential_.issuer, look_up_);
    if (reading.refusal) return finding_against(name, *reading.refusal, reading.message);
    return judge(name, entry, reading);
  }

 private:
  const Result<std::string>& fetch(const CredentialStatusEntry& entry) {
    const auto found = documents_.find(entry.list);
    if (found != documents_.end()) return found->second;
    auto document = look_up_.source->fetch(entry.list, accepted_types(entry.kind));
    return documents_.emplace(entry.list, std::move(document)).first->second;
  }

  static CredentialFinding not_fetched(const std::string& name, const Error& error) {
    const bool refused = error.code == Errc::unauthorized;
    return finding_against(
        name, refused ? ReasonCode::status_host_untrusted : ReasonCode::status_unreachable,
        error.message);
  }

  static CredentialFinding judge(const std::string& name, const CredentialStatusEntry& entry,
                                 const ListReading& reading) {
    const std::string where = "at index " + std::to_string(entry.index) + " of " + entry.list;
    switch (reading.value) {
      case ListedStatus::valid:
        return finding_passed(
            name, "not " +
                      std::string(entry.kind == StatusEntryKind::token ? "revoked or suspended"
                                  : entry.purpose == "suspension"      ? "suspended"
                                                                       : "revoked") +
                      " " + where);
      case ListedStatus::revoked:
        return finding_against(name, ReasonCode::revoked, "revoked " + where);
      case ListedStatus::suspended:
        return finding_against(name, ReasonCode::suspended, "suspended " + where);
      case ListedStatus::other:
        break;
    }
    return finding_against(name, ReasonCode::status_entry_unsupported,
                           "the issuer's own value " + where);
  }

  const Credential& credential_;
  const StatusLookUp& look_up_;
  std::map<std::string, Result<std::string>> documents_;
};

}  // namespace

std::vector<CredentialFinding> check_credential_status(const Credential& credential,
                                                       const StatusLookUp& look_up) {
  LookUp all(credential, look_up);
  std::vector<CredentialFinding> out;
  out.reserve(credential.statuses.size());
  for (const CredentialStatusEntry& entry : credential.statuses) out.push_back(all.check(entry));
  return out;
}

}  // namespace kedge::node
