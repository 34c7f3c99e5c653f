// SPDX-License-Identifier: Apache-2.0
#include "node/cli/status_inputs.hpp"

#include <iterator>

#include "crypto/hex.hpp"
#include "node/cli/files.hpp"
#include "node/cli/inputs.hpp"
#include "node/proof/verifier.hpp"

namespace kedge::node::cli {
namespace {

Result<StatusLine> read_bundle(const std::string& path) {
  const auto content = read_file(path);
  if (!content) return content.error();
  const auto bundle = decode_bundle(as_bytes(*content));
  if (!bundle) return invalid_argument(path + ": " + bundle.error().message);
  StatusLine line;
  line.source = path;
  line.digest = bundle->credential.digest;
  return line;
}

bool is_list(const std::string& word) {
  return word == "-" || word.ends_with(".csv") || word.ends_with(".ndjson");
}

Result<std::vector<StatusLine>> hash_credentials(const std::string& word,
                                                 const std::string& profile) {
  auto inputs = collect_inputs({word});
  if (!inputs) return inputs.error();
  std::optional<crypto::DigestProfile> named;
  if (!profile.empty()) {
    const auto found = crypto::profile_from_name(profile);
    if (!found) return found.error();
    named = *found;
  }
  const auto hashed = hash_documents(*inputs, named, [](std::uint64_t) {});
  if (!hashed) return hashed.error();
  std::vector<StatusLine> lines;
  for (const ManifestLine& document : *hashed) {
    StatusLine line;
    line.source = document.file;
    line.digest = document.digest;
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<std::vector<StatusLine>> collect_word(const std::string& word, const std::string& profile) {
  StatusLine line;
  if (const auto digest = crypto::hash_from_hex(word)) {
    line.source = word;
    line.digest = *digest;
    return std::vector<StatusLine>{line};
  }
  if (word.ends_with(".proof.json") || word.ends_with(".proof.cbor")) {
    auto bundle = read_bundle(word);
    if (!bundle) return bundle.error();
    return std::vector<StatusLine>{*std::move(bundle)};
  }
  if (!is_list(word)) return hash_credentials(word, profile);
  const auto text = read_file(word);
  if (!text) return text.error();
  return parse_status_list(word == "-" ? "standard input" : word, *text);
}

}  // namespace

Result<std::vector<StatusLine>> collect_status_lines(const std::vector<std::string>& words,
                                                     const std::string& profile) {
  std::vector<StatusLine> lines;
  for (const std::string& word : words) {
    auto more = collect_word(word, profile);
    if (!more) return more;
    lines.insert(lines.end(), std::make_move_iterator(more->begin()),
                 std::make_move_iterator(more->end()));
  }
  return lines;
}

}  // namespace kedge::node::cli
