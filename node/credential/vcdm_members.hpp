// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/credential/credential.hpp"

namespace kedge::node {

/// Reads what every VCDM credential has from `out.body()`: issuer, subjects, types, times, status.
/// A member that is missing is left for check_claims() to judge.
Status read_vcdm_members(Credential& out);

/// Valid at the earliest from this moment, at the latest until this one.
void narrow_from(Credential& credential, std::int64_t time_ms);
void narrow_until(Credential& credential, std::int64_t time_ms);

/// The first `@context` of the credential, which names the version of the data model.
inline constexpr std::string_view kVcdm11 = "https://www.w3.org/2018/credentials/v1";
inline constexpr std::string_view kVcdm20 = "https://www.w3.org/ns/credentials/v2";

/// What begins `@context`, if that is a text; empty otherwise.
std::string first_context(const nlohmann::json& body);

}  // namespace kedge::node
