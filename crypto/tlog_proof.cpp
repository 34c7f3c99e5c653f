// SPDX-License-Identifier: Apache-2.0
#include "crypto/tlog_proof.hpp"

#include <stdexcept>

#include "crypto/base64.hpp"
#include "crypto/note_text.hpp"

namespace kedge::crypto {
namespace {

constexpr std::string_view kHeader = "c2sp.org/tlog-proof@v1";
constexpr std::string_view kExtra = "extra ";
constexpr std::string_view kIndex = "index ";

/// The next line without its newline, or nothing if no newline is left.
std::optional<std::string_view> take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == text.npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

}  // namespace

Result<TlogProof> parse_tlog_proof(std::string_view text) {
  if (text.size() > kMaxTlogProofSize) {
    return invalid_argument("a proof has at most " + std::to_string(kMaxTlogProofSize) + " bytes");
  }
  std::optional<std::string_view> line = take_line(text);
  if (line != kHeader) {
    return invalid_argument("a proof begins with the line " + std::string(kHeader));
  }

  TlogProof proof;
  line = take_line(text);
  if (line && line->starts_with(kExtra)) {
    Result<Bytes> extra = base64_decode(line->substr(kExtra.size()));
    if (!extra) return invalid_argument("expected base64", "extra");
    proof.extra = *std::move(extra);
    line = take_line(text);
  }
  if (!line || !line->starts_with(kIndex)) {
    return invalid_argument("expected a line 'index <number>'", "index");
  }
  const Result<std::uint64_t> index = parse_decimal(line->substr(kIndex.size()));
  if (!index) return invalid_argument(index.error().message, "index");
  proof.index = *index;

  for (line = take_line(text); line && !line->empty(); line = take_line(text)) {
    const std::string field = "path[" + std::to_string(proof.path.size()) + "]";
    if (proof.path.size() == kMaxTlogProofPath) {
      return invalid_argument("expected at most 63 hashes", field);
    }
    const Result<Hash> hash = parse_base64_hash(*line);
    if (!hash) return invalid_argument(hash.error().message, field);
    proof.path.push_back(*hash);
  }
  if (!line || text.empty()) {
    return invalid_argument("a proof ends with an empty line and a checkpoint", "checkpoint");
  }
  proof.checkpoint = text;
  return proof;
}

std::string format_tlog_proof(const TlogProof& proof) {
  if (proof.path.size() > kMaxTlogProofPath) throw std::invalid_argument("the path is too long");
  std::string text(kHeader);
  text.append("\n");
  if (proof.extra) text.append(kExtra).append(base64_encode(*proof.extra)).append("\n");
  text.append(kIndex).append(std::to_string(proof.index)).append("\n");
  for (const Hash& hash : proof.path) text.append(base64_encode(hash)).append("\n");
  text.append("\n").append(proof.checkpoint);
  return text;
}

}  // namespace kedge::crypto
