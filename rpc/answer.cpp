// SPDX-License-Identifier: Apache-2.0
#include "rpc/answer.hpp"

#include <algorithm>
#include <charconv>

#include "rpc/errors.hpp"
#include "rpc/json_text.hpp"

namespace kedge::rpc {
namespace {

Error refused(const char* why) {
  return {Errc::unavailable, std::string("no JSON-RPC answer: ") + why};
}

std::string printable(std::string text) {
  text.resize(std::min(text.size(), kMaxErrorMessage));
  std::ranges::replace_if(
      text, [](char c) { return c < ' ' || c > '~'; }, '?');
  return text;
}

void read_data(std::string_view text, ServerError& out) {
  out.data = text;
  if (kind_of(text) != JsonKind::object) return;
  for (const auto& [name, value] : object_members(text)) {
    if (kind_of(value) != JsonKind::string) continue;
    if (name == "field") out.field = string_value(value);
    if (name == "expected") out.expected = string_value(value);
  }
}

std::optional<ServerError> read_error(std::string_view text) {
  ServerError error;
  bool has_code = false;
  for (const auto& [name, value] : object_members(text)) {
    if (name == "code" && kind_of(value) == JsonKind::number) {
      const std::string_view digits = trim_json(value);
      const auto [stop, failed] =
          std::from_chars(digits.data(), digits.data() + digits.size(), error.code);
      has_code = failed == std::errc() && stop == digits.data() + digits.size();
    } else if (name == "message" && kind_of(value) == JsonKind::string) {
      error.message = printable(string_value(value));
    } else if (name == "data") {
      read_data(value, error);
    }
  }
  if (!has_code) return std::nullopt;
  return error;
}

/// An answer with the text of its id. Precondition: checked JSON.
struct Parsed {
  std::string_view id;
  Answer answer;
};

Result<Parsed> read_answer(std::string_view text) {
  if (kind_of(text) != JsonKind::object) return refused("expected an object");
  Parsed parsed;
  bool version = false;
  bool has_result = false;
  std::string_view error;
  for (const auto& [name, value] : object_members(text)) {
    if (name == "jsonrpc") version = trim_json(value) == R"("2.0")";
    if (name == "id") parsed.id = trim_json(value);
    if (name == "result") {
      parsed.answer.result = std::string(trim_json(value));
      has_result = true;
    }
    if (name == "error") error = value;
  }
  if (!version) return refused("expected \"jsonrpc\":\"2.0\"");
  if (has_result != error.empty()) return refused("expected either a result or an error");
  if (has_result) return parsed;
  if (kind_of(error) != JsonKind::object) return refused("expected an error object");
  parsed.answer.error = read_error(error);
  if (!parsed.answer.error) return refused("expected an error with a code");
  return parsed;
}

Result<Answer> take(Parsed parsed, std::uint64_t id) {
  const bool ours = parsed.id == std::to_string(id);
  const bool unread = parsed.answer.error && parsed.id == "null";
  if (!ours && !unread) return refused("it has another id than the call");
  return std::move(parsed.answer);
}

Status check(std::string_view body, std::size_t max_depth) {
  if (check_json(body, max_depth)) return {};
  return refused("it is not JSON");
}

}  // namespace

Result<Answer> parse_answer(std::string_view body, std::uint64_t id, std::size_t max_depth) {
  if (const Status json = check(body, max_depth); !json) return json.error();
  auto parsed = read_answer(body);
  if (!parsed) return std::move(parsed).error();
  return take(std::move(*parsed), id);
}

Result<std::vector<Answer>> parse_answers(std::string_view body, std::uint64_t first_id,
                                          std::size_t count, std::size_t max_depth) {
  if (const Status json = check(body, max_depth); !json) return json.error();
  if (kind_of(body) == JsonKind::object) {
    auto parsed = read_answer(body);
    if (!parsed) return std::move(parsed).error();
    if (!parsed->answer.error) return refused("expected an array");
    return std::vector<Answer>(count, parsed->answer);
  }
  if (kind_of(body) != JsonKind::array) return refused("expected an array");
  const std::vector<std::string_view> elements = array_elements(body);
  if (elements.size() != count) return refused("it has not one answer a call");
  std::vector<Answer> answers(count);
  std::vector<bool> seen(count);
  for (const std::string_view element : elements) {
    auto parsed = read_answer(element);
    if (!parsed) return std::move(parsed).error();
    std::uint64_t id = 0;
    const char* end = parsed->id.data() + parsed->id.size();
    const auto [stop, failed] = std::from_chars(parsed->id.data(), end, id);
    if (failed != std::errc() || stop != end || id < first_id || id - first_id >= count ||
        seen[id - first_id]) {
      return refused("it has another id than the calls, or one of them twice");
    }
    seen[id - first_id] = true;
    answers[id - first_id] = std::move(parsed->answer);
  }
  return answers;
}

Error to_error(const ServerError& error) {
  return {errc_of(error.code), error.expected.empty() ? error.message : error.expected,
          error.field};
}

}  // namespace kedge::rpc
