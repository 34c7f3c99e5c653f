// SPDX-License-Identifier: Apache-2.0
#include "crypto/rfc3339.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace kedge::crypto {
namespace {

constexpr std::string_view kShape = "dddd-dd-ddTdd:dd:dd.dddZ";

void put_digits(std::string& text, std::size_t at, std::size_t width, std::uint64_t value) {
  for (std::size_t i = width; i-- > 0; value /= 10) {
    text[at + i] = static_cast<char>('0' + value % 10);
  }
}

unsigned get_digits(std::string_view text, std::size_t at, std::size_t width) {
  unsigned value = 0;
  for (const char c : text.substr(at, width)) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Octet by octet; `d` in the shape stands for a digit.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() != shape.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (shape[i] == 'd' ? !is_digit(text[i]) : text[i] != shape[i]) return false;
  }
  return true;
}

/// The date and the time of day in the first 19 octets, whose shape has been checked.
Result<std::chrono::sys_seconds> read_seconds(std::string_view text) {
  namespace chr = std::chrono;
  const chr::year_month_day date{chr::year(static_cast<int>(get_digits(text, 0, 4))),
                                 chr::month(get_digits(text, 5, 2)),
                                 chr::day(get_digits(text, 8, 2))};
  const unsigned hours = get_digits(text, 11, 2);
  const unsigned minutes = get_digits(text, 14, 2);
  const unsigned seconds = get_digits(text, 17, 2);
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 59) {
    return invalid_argument("expected a date and a time of day that exist");
  }
  return chr::sys_days(date) + chr::hours(hours) + chr::minutes(minutes) + chr::seconds(seconds);
}

/// Takes `.ddd…` off the front; the milliseconds in it. False if there is a point and nothing fit
/// behind it.
bool take_fraction(std::string_view& text, unsigned& milliseconds) {
  if (!text.starts_with('.')) return true;
  std::size_t digits = 0;
  while (digits + 1 < text.size() && is_digit(text[digits + 1])) ++digits;
  if (digits == 0 || digits > 9) return false;
  std::string padded(text.substr(1, std::min<std::size_t>(digits, 3)));
  padded.resize(3, '0');
  milliseconds = get_digits(padded, 0, 3);
  text.remove_prefix(digits + 1);
  return true;
}

/// `Z` or `±hh:mm`, in minutes east; false for anything else.
bool read_zone(std::string_view text, int& minutes_east) {
  if (text == "Z") return true;
  if (!has_shape(text, "+dd:dd") && !has_shape(text, "-dd:dd")) return false;
  const unsigned minutes = get_digits(text, 4, 2);
  const unsigned total = get_digits(text, 1, 2) * 60 + minutes;
  if (minutes > 59 || total > 14 * 60) return false;
  minutes_east = text[0] == '-' ? -static_cast<int>(total) : static_cast<int>(total);
  return true;
}

}  // namespace

std::string format_rfc3339(std::uint64_t time_ms) {
  namespace chr = std::chrono;
  if (time_ms > kMaxTimeMs) throw std::out_of_range("time beyond the year 9999");
  const chr::sys_time<chr::milliseconds> time{chr::milliseconds(time_ms)};
  const auto day = chr::floor<chr::days>(time);
  const chr::year_month_day date{day};
  const chr::hh_mm_ss clock{time - day};
  std::string text = "0000-00-00T00:00:00.000Z";
  put_digits(text, 0, 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));
  put_digits(text, 5, 2, static_cast<unsigned>(date.month()));
  put_digits(text, 8, 2, static_cast<unsigned>(date.day()));
  put_digits(text, 11, 2, static_cast<std::uint64_t>(clock.hours().count()));
  put_digits(text, 14, 2, static_cast<std::uint64_t>(clock.minutes().count()));
  put_digits(text, 17, 2, static_cast<std::uint64_t>(clock.seconds().count()));
  put_digits(text, 20, 3, static_cast<std::uint64_t>(clock.subseconds().count()));
  return text;
}

Result<std::uint64_t> parse_rfc3339(std::string_view text) {
  namespace chr = std::chrono;
  if (!has_shape(text, kShape)) {
    return invalid_argument("expected a time such as 2026-01-31T08:05:09.042Z");
  }
  const auto seconds = read_seconds(text);
  if (!seconds) return seconds.error();
  const auto time = *seconds + chr::milliseconds(get_digits(text, 20, 3));
  const auto since = time.time_since_epoch().count();
  if (since < 0) return invalid_argument("expected a time not before 1970");
  return static_cast<std::uint64_t>(since);
}

Result<std::int64_t> parse_date_time(std::string_view text) {
  namespace chr = std::chrono;
  constexpr std::size_t kSecondsEnd = 19;
  const Error refused =
      invalid_argument("expected a time with its zone, such as 2026-01-31T08:05:09Z");
  if (!has_shape(text.substr(0, kSecondsEnd), kShape.substr(0, kSecondsEnd))) return refused;
  const auto seconds = read_seconds(text);
  if (!seconds) return seconds.error();
  if (text.starts_with("0000")) return refused;
  std::string_view rest = text.substr(kSecondsEnd);
  unsigned milliseconds = 0;
  int minutes_east = 0;
  if (!take_fraction(rest, milliseconds) || !read_zone(rest, minutes_east)) return refused;
  const auto time = *seconds + chr::milliseconds(milliseconds) - chr::minutes(minutes_east);
  return std::int64_t{time.time_since_epoch().count()};
}

}  // namespace kedge::crypto
