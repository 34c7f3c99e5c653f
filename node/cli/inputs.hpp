// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "crypto/digest_profile.hpp"
#include "crypto/result.hpp"
#include "node/cli/manifest.hpp"

/// What `kedge submit` is given, made into digests.
namespace kedge::node::cli {

/// What the words on the command line stand for: documents that are to be hashed, and lines that
/// are digests already.
struct Inputs {
  /// Documents, in order; `-` is standard input.
  std::vector<std::filesystem::path> documents;
  std::vector<ManifestLine> lines;
  /// The text of standard input, if it is a document.
  std::string standard_input;
  /// Files of a directory that were left out, and why; for a remark.
  std::vector<std::string> skipped;
};

/// A directory stands for the regular files below it, in order of path, without hidden ones, proofs
/// and lists. A file that ends in `.ndjson`, and standard input that looks like one, is a list.
Result<Inputs> collect_inputs(const std::vector<std::string>& words);

/// Called now and then, on the calling thread, with the number of documents done.
using HashProgress = std::function<void(std::uint64_t done)>;

/// Hashes the documents on all processors and answers one line each, in order; `profile` overrides
/// what detect_profile() would say. Up to ten faults are reported at once, one line each.
Result<std::vector<ManifestLine>> hash_documents(const Inputs& inputs,
                                                 std::optional<crypto::DigestProfile> profile,
                                                 const HashProgress& progress);

}  // namespace kedge::node::cli
