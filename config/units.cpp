// SPDX-License-Identifier: Apache-2.0
#include "config/units.hpp"

#include <array>
#include <charconv>
#include <limits>

namespace kedge::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

// Largest first, so that formatting finds the shortest text.
constexpr std::array<Unit, 5> kDurations = {
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::array<Unit, 4> kSizes = {
    {{"GiB", 1U << 30U}, {"MiB", 1U << 20U}, {"KiB", 1U << 10U}, {"B", 1}}};

template <std::size_t N>
Result<std::uint64_t> parse(std::string_view text, const std::array<Unit, N>& units,
                            std::uint64_t bare, const char* expected) {
  std::uint64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view suffix(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  std::uint64_t factor = suffix.empty() ? bare : 0;
  for (const Unit& unit : units) {
    if (unit.name == suffix) factor = unit.factor;
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (error != std::errc() || factor == 0 || number > kMax / factor) {
    return invalid_argument("expected " + std::string(expected) + ", found \"" + std::string(text) +
                            "\"");
  }
  return number * factor;
}

template <std::size_t N>
std::string format(std::uint64_t value, const std::array<Unit, N>& units) {
  for (const Unit& unit : units) {
    if (value != 0 && value % unit.factor == 0) {
      return std::to_string(value / unit.factor) + std::string(unit.name);
    }
  }
  return "0" + std::string(units.back().name);
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  auto value = parse(text, kDurations, 0, "a duration such as \"250ms\", \"1s\", \"5m\" or \"1h\"");
  if (!value) return std::move(value).error();
  return std::chrono::milliseconds(static_cast<std::int64_t>(*value));
}

std::string format_duration(std::chrono::milliseconds duration) {
  return format(static_cast<std::uint64_t>(duration.count()), kDurations);
}

Result<std::uint64_t> parse_size(std::string_view text) {
  return parse(text, kSizes, 1, "a size such as \"512\", \"64KiB\", \"8MiB\" or \"1GiB\"");
}

std::string format_size(std::uint64_t bytes) {
  return format(bytes, kSizes);
}

}  // namespace kedge::config
