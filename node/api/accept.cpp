// SPDX-License-Identifier: Apache-2.0
#include "node/api/accept.hpp"

#include <algorithm>
#include <vector>

#include "rpc/field_text.hpp"

namespace kedge::node::api {
namespace {

using rpc::cut_field;
using rpc::same_without_case;
using rpc::trim_ows;

struct Range {
  std::string_view type;
  /// In thousandths.
  int weight = 1000;
};

/// `0`, `0.5`, `1.000`; anything else counts as 0, so that it is not preferred.
int weight_of(std::string_view text) {
  if (text.empty() || (text.front() != '0' && text.front() != '1')) return 0;
  int weight = (text.front() - '0') * 1000;
  text.remove_prefix(1);
  if (!text.starts_with('.')) return text.empty() ? weight : 0;
  int place = 100;
  for (const char c : text.substr(1)) {
    if (c < '0' || c > '9' || place == 0) return 0;
    weight += (c - '0') * place;
    place /= 10;
  }
  return std::min(weight, 1000);
}

Range parse_range(std::string_view element) {
  Range range;
  range.type = cut_field(element, ';');
  while (!element.empty()) {
    std::string_view parameter = cut_field(element, ';');
    const std::string_view name = cut_field(parameter, '=');
    if (same_without_case(name, "q")) range.weight = weight_of(trim_ows(parameter));
  }
  return range;
}

/// How exactly the range names the type: 3 itself, 2 `type/*`, 1 `*/*`, 0 not at all.
int precision(std::string_view range, std::string_view type) {
  if (same_without_case(range, type)) return 3;
  if (range == "*/*") return 1;
  const bool whole = range.ends_with("/*") && same_without_case(range.substr(0, range.size() - 1),
                                                                type.substr(0, type.find('/') + 1));
  return whole ? 2 : 0;
}

int weight_for(const std::vector<Range>& ranges, std::string_view type) {
  int best = 0;
  int weight = 0;
  for (const Range& range : ranges) {
    const int found = precision(range.type, type);
    if (found > best) {
      best = found;
      weight = range.weight;
    }
  }
  return weight;
}

}  // namespace

std::optional<std::size_t> negotiate(std::string_view accept,
                                     std::span<const std::string_view> offered) {
  if (trim_ows(accept).empty()) return 0;
  std::vector<Range> ranges;
  while (!accept.empty()) ranges.push_back(parse_range(cut_field(accept, ',')));
  std::optional<std::size_t> chosen;
  int best = 0;
  for (std::size_t i = 0; i < offered.size(); ++i) {
    const int weight = weight_for(ranges, offered[i]);
    if (weight > best) {
      best = weight;
      chosen = i;
    }
  }
  return chosen;
}

}  // namespace kedge::node::api
