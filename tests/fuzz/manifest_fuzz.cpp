// SPDX-License-Identifier: Apache-2.0
// What `kedge submit` is given: lists of digests, and documents whose kind it has to guess.
#include "node/cli/manifest.hpp"
#include "node/cli/profile_detection.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  static_cast<void>(cli::looks_like_manifest(text));
  if (const auto lines = cli::parse_manifest(text)) {
    std::string written;
    for (const auto& line : *lines) cli::append_manifest_line(written, line);
    const auto again = cli::parse_manifest(written);
    check(again && *again == *lines, "a list that is written is read back");
    check(lines->empty() || cli::looks_like_manifest(written), "and known for what it is");
  } else {
    check(!lines.error().message.empty(), "every refusal has a reason");
  }
  const auto profile = cli::detect_profile(text);
  const auto trimmed = cli::trimmed_document(profile, text);
  check(text.starts_with(trimmed), "only the end is trimmed");
  const auto digest = cli::document_digest(profile, text);
  const auto direct = crypto::credential_digest(profile, as_bytes(trimmed));
  check(digest.has_value() == direct.has_value(), "a document is judged by its profile");
  check(!digest || *digest == *direct, "the digest is that of the trimmed document");
  return 0;
}
