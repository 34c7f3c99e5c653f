// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "node/access/chain_file.hpp"

/// What the record holds, one JSON object a line (chain_line.hpp), without white space, members in
/// this order: `{"n","time","until"?,"actor","issuer","action","result","calls","items","first"?,
/// "last"?}`. Each event has one text. Nothing of what was written is in it: no digest, no
/// document, no token.
namespace kedge::node {

/// The format of the record of one log.
ChainFormat record_format(std::string_view origin);

/// The issuer under whose name a log holds the heads of its record: `urn:kedge:record:` and the
/// origin. A head's digest is that of the octets that its line's hash is taken over (profile
/// `bytes`).
std::string record_issuer_name(std::string_view origin);

/// One call, or several that differ in nothing but when they came.
struct RecordEvent {
  /// When it was answered; the first and the last of several.
  std::uint64_t time_ms = 0;
  std::uint64_t until_ms = 0;
  /// Whose credentials (rpc::Caller::actor); empty: nobody's.
  std::string actor;
  /// Whom it was for; empty where it was for nobody.
  std::string issuer;
  /// The method, or what the node did by itself.
  std::string action;
  /// `done`, or why not.
  std::string result;
  std::uint64_t calls = 1;
  /// Credentials, targets or indexes in all calls together.
  std::uint64_t items = 0;
  /// Positions of credentials that were new: the least and the greatest.
  std::optional<std::uint64_t> first = {};
  std::optional<std::uint64_t> last = {};
};

/// Takes the calls of another event of the same kind in. Precondition: same_kind.
void merge_event(RecordEvent& event, const RecordEvent& later);
bool same_kind(const RecordEvent& a, const RecordEvent& b);

/// `number`: which line it is, from 0.
std::string format_record_line(std::uint64_t number, const RecordEvent& event);
/// invalid_argument for anything that format_record_line would not write for this number.
Result<RecordEvent> parse_record_line(std::uint64_t number, std::string_view body);

}  // namespace kedge::node
