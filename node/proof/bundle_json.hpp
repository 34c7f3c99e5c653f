// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "node/proof/bundle.hpp"

namespace kedge::node {

/// Appends the bundle as `application/vnd.kedge.proof+json`, without white space and in the order
/// of the format's description. Writes straight into `out`, for a buffer that is used again.
void append_bundle_json(std::string& out, const Bundle& bundle);

/// What the JSON texts of all complete bundles of one batch have in common.
struct BundleText {
  /// From after the credential to before `batch.index`, and from after `batch.path` to the end.
  std::string before_index;
  std::string after_path;
};

/// Of a bundle whose credential, `batch.index` and `batch.path` are not looked at.
BundleText bundle_text(const Bundle& bundle);

/// The same octets as of the whole bundle, which its parts make up.
void append_bundle_json(std::string& out, const LeafEntry& credential, std::uint64_t index,
                        std::span<const Hash> path, const BundleText& text);

std::string bundle_to_json(const Bundle& bundle);

/// Strict: every field is required but `status`, unknown and duplicate fields are refused, and so
/// is anything beyond the bounds of bundle.hpp. White space and the order of fields are free.
/// Errors are invalid_argument with the path of the field, such as `batch.path[3]`; the field is
/// `format` exactly if the document says that it is of another version.
Result<Bundle> bundle_from_json(std::string_view text);

}  // namespace kedge::node
