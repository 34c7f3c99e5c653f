// SPDX-License-Identifier: Apache-2.0
#include "node/status/list_fault.hpp"

namespace kedge::node {
namespace {

constexpr std::string_view kListProblems = "https://www.w3.org/ns/credentials/status-list#";
constexpr std::string_view kModelProblems = "https://www.w3.org/TR/vc-data-model#";

std::string type_in(std::string_view vocabulary, std::string_view name) {
  return std::string(vocabulary) + std::string(name);
}

}  // namespace

std::string_view list_fault_name(ListFault fault) {
  switch (fault) {
    case ListFault::malformed:
      return "malformed";
    case ListFault::wrong_type:
      return "wrong-type";
    case ListFault::wrong_purpose:
      return "wrong-purpose";
    case ListFault::wrong_issuer:
      return "wrong-issuer";
    case ListFault::wrong_uri:
      return "wrong-uri";
    case ListFault::wrong_claims:
      return "wrong-claims";
    case ListFault::out_of_date:
      return "out-of-date";
    case ListFault::wrong_entry_size:
      return "wrong-entry-size";
    case ListFault::wrong_alphabet:
      return "wrong-alphabet";
    case ListFault::wrong_compression:
      return "wrong-compression";
    case ListFault::trailing_data:
      return "trailing-data";
    case ListFault::too_large:
      return "too-large";
    case ListFault::wrong_length:
      return "wrong-length";
    case ListFault::out_of_range:
      return "out-of-range";
  }
  return "unknown";
}

std::string list_problem_type(ListFault fault) {
  switch (fault) {
    case ListFault::wrong_length:
      return type_in(kListProblems, "STATUS_LIST_LENGTH_ERROR");
    case ListFault::out_of_range:
      return type_in(kModelProblems, "RANGE_ERROR");
    case ListFault::malformed:
    case ListFault::wrong_entry_size:
    case ListFault::wrong_alphabet:
    case ListFault::wrong_compression:
    case ListFault::trailing_data:
    case ListFault::too_large:
      return type_in(kModelProblems, "MALFORMED_VALUE_ERROR");
    default:
      return type_in(kListProblems, "STATUS_VERIFICATION_ERROR");
  }
}

}  // namespace kedge::node
