// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <limits>
#include <type_traits>

#include "config/keys.hpp"
#include "config/units.hpp"

/// The kinds of values that settings have: how each is read, checked and printed. For the files
/// that describe keys.
namespace kedge::config::kinds {

inline std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

inline std::string shown_list(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& element : list) out += (out.empty() ? "" : ", ") + in_quotes(element);
  return "[" + out + "]";
}

inline std::string shown(const Value& value) {
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* real = std::get_if<double>(&value)) return std::to_string(*real);
  if (const auto* list = std::get_if<std::vector<std::string>>(&value)) return shown_list(*list);
  return in_quotes(std::get<std::string>(value));
}

inline Error expected(std::string_view what, const Value& found) {
  return invalid_argument("expected " + std::string(what) + ", found " + shown(found));
}

/// A key whose value may hold a secret: what is wrong with it is said without repeating it.
template <class Target>
Key<Target> unshown(Key<Target> key) {
  key.set = [set = std::move(key.set)](Target& target, const Value& value) -> Status {
    const Status done = set(target, value);
    if (done) return done;
    std::string message = done.error().message;
    message.resize(std::min(message.find(", found "), message.size()));
    return invalid_argument(std::move(message));
  };
  return key;
}

template <class Target, class Get>
Key<Target> integer(std::string_view path, Get get, std::uint64_t min, std::uint64_t max,
                    std::string_view meaning) {
  const std::string allowed = std::to_string(min) + " to " + std::to_string(max);
  return {path, allowed, meaning,
          [get, min, max, allowed](Target& target, const Value& value) -> Status {
            const auto* number = std::get_if<std::int64_t>(&value);
            const std::uint64_t found =
                number != nullptr && *number >= 0 ? static_cast<std::uint64_t>(*number) : max + 1;
            if (found < min || found > max) {
              return expected("a whole number from " + allowed, value);
            }
            get(target) = static_cast<std::remove_reference_t<decltype(get(target))>>(found);
            return {};
          },
          [get](const Target& target) { return std::to_string(get(target)); }};
}

template <class Target, class Get>
Key<Target> size(std::string_view path, Get get, std::uint64_t min, std::uint64_t max,
                 std::string_view meaning) {
  const std::string allowed = "a size from " + format_size(min) + " to " + format_size(max);
  return {path, allowed, meaning,
          [get, min, max, allowed](Target& target, const Value& value) -> Status {
            std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
            if (const auto* number = std::get_if<std::int64_t>(&value)) {
              if (*number >= 0) bytes = static_cast<std::uint64_t>(*number);
            } else if (const auto* text = std::get_if<std::string>(&value)) {
              auto parsed = parse_size(*text);
              if (!parsed) return std::move(parsed).error();
              bytes = *parsed;
            }
            if (bytes < min || bytes > max) return expected(allowed, value);
            get(target) = bytes;
            return {};
          },
          [get](const Target& target) { return in_quotes(format_size(get(target))); }};
}

template <class Target, class Get>
Key<Target> duration(std::string_view path, Get get, milliseconds min, milliseconds max,
                     std::string_view meaning) {
  const std::string allowed =
      "a duration from " + format_duration(min) + " to " + format_duration(max);
  return {path, allowed, meaning,
          [get, min, max, allowed](Target& target, const Value& value) -> Status {
            const auto* text = std::get_if<std::string>(&value);
            if (text == nullptr) return expected(allowed, value);
            auto parsed = parse_duration(*text);
            if (!parsed) return std::move(parsed).error();
            if (*parsed < min || *parsed > max) return expected(allowed, value);
            get(target) = *parsed;
            return {};
          },
          [get](const Target& target) { return in_quotes(format_duration(get(target))); }};
}

inline bool is_one_line(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  }
  return !text.empty();
}

inline bool is_name(std::string_view text) {
  return text.size() <= 64 && !text.empty() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") == std::string_view::npos;
}

template <class Target, class Get, class Accepts>
Key<Target> text(std::string_view path, Get get, Accepts accepts, std::string_view allowed,
                 std::string_view meaning) {
  return {path, std::string(allowed), meaning,
          [get, accepts, allowed](Target& target, const Value& value) -> Status {
            const auto* found = std::get_if<std::string>(&value);
            if (found == nullptr || !accepts(*found)) return expected(allowed, value);
            get(target) = *found;
            return {};
          },
          [get](const Target& target) { return in_quotes(std::string(get(target))); }};
}

template <class Target, class Get>
Key<Target> choice(std::string_view path, Get get, std::vector<std::string_view> options,
                   std::string_view meaning) {
  std::string allowed = options.size() > 1 ? "one of" : "only";
  for (const std::string_view option : options) allowed += " " + in_quotes(option);
  return {path, allowed, meaning,
          [get, options, allowed](Target& target, const Value& value) -> Status {
            const auto* found = std::get_if<std::string>(&value);
            for (const std::string_view option : options) {
              if (found == nullptr || option != *found) continue;
              get(target) = *found;
              return {};
            }
            return expected(allowed, value);
          },
          [get](const Target& target) { return in_quotes(get(target)); }};
}

/// A list of texts.
template <class Target, class Get, class Accepts>
Key<Target> list(std::string_view path, Get get, Accepts accepts, std::string_view allowed,
                 std::string_view meaning) {
  return {path, std::string(allowed), meaning,
          [get, accepts, allowed](Target& target, const Value& value) -> Status {
            const auto* found = std::get_if<std::vector<std::string>>(&value);
            if (found == nullptr) return expected(allowed, value);
            for (const std::string& element : *found) {
              if (!accepts(element)) return invalid_argument("expected " + std::string(allowed));
            }
            get(target) = *found;
            return {};
          },
          [get](const Target& target) { return shown_list(get(target)); }};
}

}  // namespace kedge::config::kinds
