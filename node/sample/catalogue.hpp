// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

/// Universities, courses and names, all of them invented.
namespace kedge::node::sample {

struct University {
  std::string_view name;
  /// ISO 3166-1 alpha-3, as in the EU's vocabulary of countries.
  std::string_view country_code;
  std::string_view country;
  /// Who assures its quality; element 11 of the recommendation.
  std::string_view quality_agency;
};

struct Course {
  std::string_view title;
  std::string_view description;
  std::array<std::string_view, 3> learning_outcomes;
  /// ISCED-F 2013.
  std::string_view field;
  int hours;
  std::string_view ects;
  /// Level of the European Qualifications Framework.
  int eqf_level;
};

std::span<const University> universities();
std::span<const Course> courses();
std::span<const std::string_view> given_names();
std::span<const std::string_view> family_names();

}  // namespace kedge::node::sample
