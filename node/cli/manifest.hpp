// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/bytes.hpp"
#include "crypto/digest_profile.hpp"
#include "crypto/result.hpp"

namespace kedge::node::cli {

/// One credential of a submission: a line of a manifest, and of any list that can be submitted.
struct ManifestLine {
  /// Where the document is; empty if only its digest is known.
  std::string file;
  crypto::DigestProfile profile = crypto::DigestProfile::bytes;
  Hash digest{};
  /// As answered by the node; nullopt in a list that has not been submitted.
  std::optional<std::uint64_t> position;
  /// `accepted`, `sealed`, `anchored` or `final`; empty in a list that has not been submitted.
  std::string state;

  friend bool operator==(const ManifestLine&, const ManifestLine&) = default;
};

/// `{"file","profile","digest","position","state"}` and a line feed; without what is not known.
void append_manifest_line(std::string& out, const ManifestLine& line);

/// Reads such lines strictly: `profile` and `digest` are required, other fields are refused; empty
/// lines are skipped. Up to ten faults are reported at once, one line each, with their line number.
Result<std::vector<ManifestLine>> parse_manifest(std::string_view text);

/// Whether a text is a list of this kind rather than a document: its first line is a JSON object
/// with a `digest`.
bool looks_like_manifest(std::string_view text);

}  // namespace kedge::node::cli
