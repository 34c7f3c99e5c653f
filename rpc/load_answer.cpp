// SPDX-License-Identifier: Apache-2.0
#include "rpc/load_answer.hpp"

#include <algorithm>
#include <charconv>

namespace kedge::rpc {
namespace {

constexpr std::size_t kMaxHead = 16'384;
constexpr std::string_view kVersion = "HTTP/1.1 ";
constexpr std::string_view kLength = "content-length:";

bool is_length_field(std::string_view line) {
  return line.size() > kLength.size() &&
         std::equal(kLength.begin(), kLength.end(), line.begin(), [](char wanted, char is) {
           return wanted == (is >= 'A' && is <= 'Z' ? static_cast<char>(is - 'A' + 'a') : is);
         });
}

template <class Number>
bool read_number(std::string_view text, Number& number) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

}  // namespace

std::optional<LoadAnswerHead> read_load_answer_head(std::string_view text, bool& broken) {
  const std::size_t end = text.find("\r\n\r\n");
  broken = end == std::string_view::npos ? text.size() > kMaxHead : !text.starts_with(kVersion);
  if (broken || end == std::string_view::npos) return std::nullopt;
  LoadAnswerHead head;
  head.size = end + 4;
  broken = true;
  if (!read_number(text.substr(kVersion.size()), head.status)) return std::nullopt;
  for (std::size_t at = text.find('\n') + 1; at < end;) {
    const std::size_t next = text.find('\n', at) + 1;
    const std::string_view line = text.substr(at, next - at);
    if (is_length_field(line)) {
      broken = !read_number(line.substr(kLength.size()), head.content_length);
      break;
    }
    at = next;
  }
  if (broken) return std::nullopt;
  return head;
}

}  // namespace kedge::rpc
