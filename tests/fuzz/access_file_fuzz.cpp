// SPDX-License-Identifier: Apache-2.0
// Lines of the file of tokens and of the record: each value has one text, and a chain one head.
#include "node/access/chain_line.hpp"
#include "node/access/record_line.hpp"
#include "node/access/token_row.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using fuzz::check;

namespace {

void body(std::string_view text) {
  if (const auto line = node::parse_token_line(text)) {
    check(node::format_token_line(*line) == text, "token lines are canonical");
  }
  for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}}) {
    const auto event = node::parse_record_line(number, text);
    if (event)
      check(node::format_record_line(number, *event) == text, "record lines are canonical");
  }
}

void lines(std::string_view text) {
  Hash head = node::chain_start("fuzz");
  std::string again;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    const auto line = node::parse_chain_line(head, text.substr(0, size));
    if (!line) break;
    check(node::chain_hash(head, line->body) == line->hash, "the hash is of what stands before it");
    again.clear();
    node::append_chain_line(again, line->hash, line->body);
    check(again == text.substr(0, size), "chained lines are canonical");
    head = line->hash;
    text.remove_prefix(size);
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  body(text);
  lines(text);
  // The same as the body of a line that was written.
  if (text.empty() || text.find('\n') != std::string_view::npos || text.size() > 10'000) return 0;
  std::string line;
  const Hash start = node::chain_start("fuzz");
  node::append_chain_line(line, node::chain_hash(start, text), text);
  const auto read = node::parse_chain_line(start, line);
  check(read && read->body == text, "what is written is read back");
  return 0;
}
