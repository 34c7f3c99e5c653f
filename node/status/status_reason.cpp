// SPDX-License-Identifier: Apache-2.0
#include "node/status/status_reason.hpp"

#include <array>
#include <utility>

namespace kedge::node {
namespace {

constexpr std::array<std::pair<StatusReason, std::string_view>, 7> kReasons{{
    {StatusReason::unspecified, "unspecified"},
    {StatusReason::key_compromise, "keyCompromise"},
    {StatusReason::affiliation_changed, "affiliationChanged"},
    {StatusReason::superseded, "superseded"},
    {StatusReason::cessation_of_operation, "cessationOfOperation"},
    {StatusReason::certificate_hold, "certificateHold"},
    {StatusReason::privilege_withdrawn, "privilegeWithdrawn"},
}};

}  // namespace

std::string_view reason_name(StatusReason reason) {
  for (const auto& [each, name] : kReasons) {
    if (each == reason) return name;
  }
  return {};
}

Result<StatusReason> reason_from_name(std::string_view name) {
  std::string names;
  for (const auto& [reason, each] : kReasons) {
    if (each == name) return reason;
    if (!names.empty()) names += ", ";
    names += each;
  }
  return invalid_argument("expected one of " + names, "reason");
}

Result<StatusReason> reason_from_number(std::uint8_t number) {
  for (const auto& [reason, name] : kReasons) {
    if (static_cast<std::uint8_t>(reason) == number) return reason;
  }
  return Error{Errc::corrupt, "there is no status reason " + std::to_string(number)};
}

}  // namespace kedge::node
