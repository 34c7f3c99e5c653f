// SPDX-License-Identifier: Apache-2.0
#include "crypto/checkpoint.hpp"

#include "crypto/base64.hpp"
#include "crypto/note_text.hpp"

namespace kedge::crypto {

Result<Checkpoint> parse_checkpoint(std::string_view note_text) {
  if (Status status = check_note_characters(note_text); !status) return std::move(status).error();
  std::vector<std::string_view> lines;
  while (!note_text.empty()) {
    const std::size_t end = note_text.find('\n');
    if (end == note_text.npos) return invalid_argument("a checkpoint ends with a newline");
    if (end == 0) return invalid_argument("a checkpoint has no empty lines");
    lines.push_back(note_text.substr(0, end));
    note_text.remove_prefix(end + 1);
  }
  if (lines.size() < 3) {
    return invalid_argument("a checkpoint has three lines: origin, tree size and root");
  }
  const Result<std::uint64_t> size = parse_decimal(lines[1]);
  if (!size) return invalid_argument(size.error().message, "size");
  const Result<Hash> root = parse_base64_hash(lines[2]);
  if (!root) return invalid_argument(root.error().message, "root");
  return Checkpoint{std::string(lines[0]), *size, *root, {lines.begin() + 3, lines.end()}};
}

std::string format_checkpoint(const Checkpoint& checkpoint) {
  std::string text = checkpoint.origin;
  text.append("\n").append(std::to_string(checkpoint.size)).append("\n");
  text.append(base64_encode(checkpoint.root)).append("\n");
  for (const std::string& line : checkpoint.extensions) text.append(line).append("\n");
  return text;
}

}  // namespace kedge::crypto
