// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

/// Why a published status list is refused, or an index in it: a vocabulary of its own, because a
/// verifier must tell "this list is not what the credential names" from "revoked", and one fault
/// from another.
namespace kedge::node {

enum class ListFault : std::uint8_t {
  /// A member is missing or has the wrong kind of value, or a text is no canonical base64.
  malformed,
  /// Another kind of credential or token (`type`, `typ`).
  wrong_type,
  /// Made for another purpose than the one asked for.
  wrong_purpose,
  /// `issuer` or `iss` is somebody else.
  wrong_issuer,
  /// `id` or `sub` is not the address that the credential names.
  wrong_uri,
  /// Claims of the token contradict the credential inside.
  wrong_claims,
  /// Not valid yet, or not any more.
  out_of_date,
  /// Bits an entry: none that the standard knows.
  wrong_entry_size,
  /// Base64 in the other alphabet, or without the multibase prefix.
  wrong_alphabet,
  /// No gzip or zlib stream, whichever the standard asks for, or a broken one.
  wrong_compression,
  /// Octets behind the compressed stream.
  trailing_data,
  /// Larger than the bound when decompressed.
  too_large,
  /// Fewer entries than the standard demands.
  wrong_length,
  /// The index is not in the list.
  out_of_range,
};

/// The fault in JSON and logs, such as `wrong-alphabet`.
std::string_view list_fault_name(ListFault fault);

/// The problem type (RFC 9457) that the fault belongs to: of W3C Bitstring Status List v1.0 section
/// 3.5, such as `https://www.w3.org/ns/credentials/status-list#STATUS_LIST_LENGTH_ERROR`, or of the
/// VC Data Model 2.0 section 7.3, such as `https://www.w3.org/TR/vc-data-model#RANGE_ERROR`.
std::string list_problem_type(ListFault fault);

struct ListRefusal {
  ListFault fault = ListFault::malformed;
  /// One line for a person: what was expected.
  std::string message;
};

/// A value or the fault.
template <class T>
class [[nodiscard]] ListResult {
 public:
  ListResult(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  ListResult(ListRefusal refusal) : state_(std::in_place_index<1>, std::move(refusal)) {}

  [[nodiscard]] bool has_value() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Precondition of all three: has_value(). A breach throws std::bad_variant_access.
  T& operator*() { return std::get<0>(state_); }
  const T& operator*() const { return std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }

  /// Precondition: !has_value().
  [[nodiscard]] const ListRefusal& refusal() const { return std::get<1>(state_); }

 private:
  std::variant<T, ListRefusal> state_;
};

}  // namespace kedge::node
