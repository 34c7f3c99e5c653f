// SPDX-License-Identifier: Apache-2.0
#include "node/sample/subject.hpp"

#include <nlohmann/json.hpp>

namespace kedge::node::sample {
namespace {

using nlohmann::ordered_json;

/// A text in the language that the catalogue is written in.
ordered_json english(std::string_view text) {
  return {{"en", ordered_json::array({text})}};
}

}  // namespace

ordered_json awarding_body(const University& university, std::string_view did) {
  const std::string country = "http://publications.europa.eu/resource/authority/country/" +
                              std::string(university.country_code);
  return {
      {"id", did},
      {"type", "Organisation"},
      {"legalName", english(university.name)},
      {"location",
       {{{"type", "Location"},
         {"address",
          {{{"type", "Address"},
            {"countryCode", {{"id", country}, {"prefLabel", english(university.country)}}}}}}}}}};
}

ordered_json learning_model_subject(const Achievement& achievement, std::string_view issuer_did) {
  const University& university = *achievement.university;
  const Course& course = *achievement.course;
  ordered_json outcomes = ordered_json::array();
  for (const std::string_view outcome : course.learning_outcomes) {
    outcomes.push_back({{"type", "LearningOutcome"}, {"title", english(outcome)}});
  }
  const ordered_json specification = {
      {"type", "Qualification"},
      {"title", english(course.title)},
      {"description", english(course.description)},
      {"ISCEDFCode", course.field},
      {"learningOutcome", outcomes},
      {"volumeOfLearning", "PT" + std::to_string(course.hours) + "H"},
      {"creditPoint", {{{"type", "CreditPoint"}, {"framework", "ECTS"}, {"point", course.ects}}}},
      {"eqfLevel", course.eqf_level},
      {"mode", english(achievement.participation)},
      {"qualityAssurance",
       {{"type", "Accreditation"}, {"accreditingAgent", english(university.quality_agency)}}}};
  const ordered_json assessment = {
      {"type", "LearningAssessment"},
      {"title", english(achievement.assessment)},
      {"grade", {{"type", "Note"}, {"noteLiteral", english(achievement.grade)}}},
      {"idVerification", english("Supervised, with the identity verified")}};
  const ordered_json awarded = {{"type", "AwardingProcess"},
                                {"awardingBody", awarding_body(university, issuer_did)},
                                {"awardingDate", achievement.issued()}};
  return {{"id", achievement.learner_did},
          {"type", "Person"},
          {"givenName", english(achievement.given_name)},
          {"familyName", english(achievement.family_name)},
          {"dateOfBirth", achievement.date_of_birth},
          {"hasClaim",
           {{{"type", "LearningAchievement"},
             {"title", english(course.title)},
             {"awardedBy", awarded},
             {"specifiedBy", specification},
             {"provenBy", assessment}}}}};
}

}  // namespace kedge::node::sample
