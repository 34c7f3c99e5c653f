// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "crypto/keys.hpp"
#include "node/sample/catalogue.hpp"
#include "node/sample/dice.hpp"

namespace kedge::node::sample {

/// What one micro-credential says, whatever form secures it: the eleven mandatory elements of the
/// Council Recommendation of 16 June 2022 on micro-credentials (2022/C 243/02, Annex I), and a
/// grade.
struct Achievement {
  std::string id;
  /// Element 1: identification of the learner.
  std::string given_name;
  std::string family_name;
  std::string date_of_birth;
  /// did:key in EBSI's form for natural persons.
  std::string learner_did;
  crypto::PublicKey learner_key;
  /// Elements 3 (country), 4 (awarding body) and 11 (quality assurance).
  const University* university;
  /// Elements 2 (title), 6 (learning outcomes), 7 (workload) and 8 (level).
  const Course* course;
  /// Element 5: date of issuing.
  std::uint64_t issued_ms;
  /// Element 9: type of assessment.
  std::string_view assessment;
  /// Element 10: form of participation.
  std::string_view participation;
  std::string_view grade;

  /// RFC 3339 in whole seconds, the form of credentials: 2025-01-31T08:05:09Z.
  [[nodiscard]] std::string issued() const;
  [[nodiscard]] std::uint64_t issued_seconds() const { return issued_ms / 1000; }
};

/// An achievement at a university, drawn from the dice.
Result<Achievement> draw_achievement(Dice& dice, const University& university);

}  // namespace kedge::node::sample
