// SPDX-License-Identifier: Apache-2.0
#include "node/sample/achievement.hpp"

#include "crypto/did.hpp"
#include "crypto/rfc3339.hpp"

namespace kedge::node::sample {
namespace {

/// 2024-09-01T08:00:00Z; a whole academic year follows, all of it past.
constexpr std::uint64_t kFirstIssue = 1'725'177'600'000;
constexpr int kIssueDays = 300;
constexpr std::uint64_t kDayMs = 86'400'000;

constexpr std::string_view kAssessments[] = {"Written examination", "Project work",
                                             "Practical demonstration", "Portfolio",
                                             "Oral examination"};
constexpr std::string_view kParticipations[] = {"Online", "On site", "Blended", "Work-based"};
constexpr std::string_view kGrades[] = {"A", "B", "B", "C", "C", "D", "Pass"};

std::string two_digits(int value) {
  return {static_cast<char>('0' + value / 10), static_cast<char>('0' + value % 10)};
}

}  // namespace

std::string Achievement::issued() const {
  std::string text = crypto::format_rfc3339(issued_ms);
  text.replace(text.find('.'), std::string::npos, "Z");
  return text;
}

Result<Achievement> draw_achievement(Dice& dice, const University& university) {
  const auto learner = crypto::SecretKey::from_bytes(crypto::KeyType::p256, dice.octets(32));
  if (!learner) return learner.error();
  std::string born = std::to_string(dice.between(1960, 2006));
  born.append("-").append(two_digits(dice.between(1, 12)));
  born.append("-").append(two_digits(dice.between(1, 28)));
  const std::uint64_t issued =
      kFirstIssue + kDayMs * dice.below(kIssueDays) + 1000 * dice.below(9 * 3600);
  return Achievement{.id = dice.uuid(),
                     .given_name = std::string(dice.pick(given_names())),
                     .family_name = std::string(dice.pick(family_names())),
                     .date_of_birth = born,
                     .learner_did = crypto::did_key_jwk_jcs(learner->public_key()),
                     .learner_key = learner->public_key(),
                     .university = &university,
                     .course = &dice.pick(courses()),
                     .issued_ms = issued,
                     .assessment = dice.pick(kAssessments),
                     .participation = dice.pick(kParticipations),
                     .grade = dice.pick(kGrades)};
}

}  // namespace kedge::node::sample
