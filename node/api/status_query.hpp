// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "node/api/services.hpp"
#include "rpc/method_table.hpp"

/// The question that `status_get` and `/v1/status/` ask.
namespace kedge::node::api {

/// The newest, an epoch, or a moment in milliseconds since 1970.
struct AtEpoch {
  std::uint64_t epoch = 0;
};
struct AtTime {
  std::uint64_t time_ms = 0;
};
using AtMoment = std::variant<std::monostate, AtEpoch, AtTime>;

/// A number is an epoch, anything else a time in RFC 3339 UTC, with milliseconds or without.
Result<AtMoment> parse_moment(std::string_view text);

struct StatusQuery {
  /// By digest, or by list and index; the latter need the issuer.
  std::optional<Hash> digest;
  std::optional<std::string> issuer;
  StatusTarget target;
  AtMoment at;
  bool proof = true;
};

/// Whose status is asked for.
struct StatusSubjectRow {
  IssuerId issuer = 0;
  StatusTarget target;
};

/// not_found for an unknown digest, issuer, list or index; invalid_argument for a digest of several
/// issuers.
Result<StatusSubjectRow> find_subject(const StoreReader& reader, const StatusQuery& query);

/// Appends `{"issuer","list","index","value","state","epoch"?,"as_of"?,"pending"?,"change"?,
/// "proof"?}`; see handlers.hpp.
Status append_status(const Services& services, const StatusQuery& query, const rpc::Caller& caller,
                     std::string& out);

/// The same where everything but the list itself is remembered; else false, with nothing appended.
Result<bool> append_known_status(const Services& services, const StatusQuery& query,
                                 const rpc::Caller& caller, std::string& out);

}  // namespace kedge::node::api
