// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "node/sample/achievement.hpp"

namespace kedge::node::sample {

/// The `credentialSubject` of both W3C forms, with the member names of the European Learning Model
/// v3 as the Commission's micro-credential sample uses them.
nlohmann::ordered_json learning_model_subject(const Achievement& achievement,
                                              std::string_view issuer_did);

/// The university with its country, as `issuer` and `awardingBody` carry it.
nlohmann::ordered_json awarding_body(const University& university, std::string_view did);

}  // namespace kedge::node::sample
