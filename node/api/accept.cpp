// SPDX-License-Identifier: Apache-2.0
#include "node/api/accept.hpp"

#include <algorithm>
#include <vector>

namespace kedge::node::api {
namespace {

struct Range {
  std::string_view type;
  /// In thousandths.
  int weight = 1000;
};

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view cut(std::string_view& rest, char separator) {
  const std::size_t at = std::min(rest.find(separator), rest.size());
  const std::string_view head = rest.substr(0, at);
  rest.remove_prefix(std::min(at + 1, rest.size()));
  return trim(head);
}

bool same(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
  return std::ranges::equal(a, b, [&](char x, char y) { return lower(x) == lower(y); });
}

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
  range.type = cut(element, ';');
  while (!element.empty()) {
    std::string_view parameter = cut(element, ';');
    const std::string_view name = cut(parameter, '=');
    if (same(name, "q")) range.weight = weight_of(trim(parameter));
  }
  return range;
}

/// How exactly the range names the type: 3 itself, 2 `type/*`, 1 `*/*`, 0 not at all.
int precision(std::string_view range, std::string_view type) {
  if (same(range, type)) return 3;
  if (range == "*/*") return 1;
  const bool whole = range.ends_with("/*") &&
                     same(range.substr(0, range.size() - 1), type.substr(0, type.find('/') + 1));
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
  if (trim(accept).empty()) return 0;
  std::vector<Range> ranges;
  while (!accept.empty()) ranges.push_back(parse_range(cut(accept, ',')));
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
