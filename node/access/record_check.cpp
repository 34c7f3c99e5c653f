// SPDX-License-Identifier: Apache-2.0
#include "node/access/record_check.hpp"

#include <utility>

#include "crypto/hex.hpp"

namespace kedge::node {

Result<std::optional<Hash>> no_heads() {
  return std::optional<Hash>();
}

Result<RecordCheck> check_record(const std::filesystem::path& file, std::string_view origin,
                                 const NextHead& heads, const RecordVisitor& visit) {
  RecordCheck check;
  auto head = heads();
  if (!head) return std::move(head).error();
  std::optional<Hash> expected = *head;
  const auto end =
      read_chain(file, record_format(origin),
                 [&](std::string_view body, std::uint64_t number, const Hash& hash) -> Status {
                   const auto event = parse_record_line(number, body);
                   if (!event) return event.error();
                   if (expected && *expected == hash) {
                     ++check.bound_heads;
                     check.bound_line = number;
                     auto next = heads();
                     if (!next) return std::move(next).error();
                     expected = *next;
                   }
                   if (visit) visit(number, hash, *event);
                   return {};
                 });
  if (!end) return end.error();
  check.end = *end;
  if (expected) {
    return Error{Errc::corrupt, file.string() + ": the log is bound to a line with the hash " +
                                    crypto::to_hex(*expected) + " (position " +
                                    std::to_string(check.bound_heads) +
                                    "), which is not there: the record was rewritten or cut off"};
  }
  return check;
}

}  // namespace kedge::node
