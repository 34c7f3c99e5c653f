// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/result.hpp"
#include "node/proof/status_proof.hpp"

/// The JSON form of status proofs: an object in RFC 8785 form, so that a bundle carries it as it
/// is.
namespace kedge::node {

/// The beginning of all texts of one epoch: from the brace to before the chunk.
std::string status_text_before_chunk(const StatusEpochPart& epoch);

/// What follows the chunk in all texts of one issuer in one epoch, up to before the index.
std::string status_text_before_index(const StatusDirectoryPart& directory,
                                     const StatusEpochPart& epoch);

/// The same octets as of the whole proof, which its parts make up.
void append_status_json(std::string& out, std::string_view before_chunk,
                        std::string_view before_index, const StatusTarget& target,
                        StatusValue value, const std::optional<StatusListPart>& list);

std::string status_to_json(const StatusProof& proof);

/// Strict: everything that belongs together must be there, unknown fields are refused, and so is
/// anything beyond the bounds of status_proof.hpp and bundle.hpp. Errors are invalid_argument with
/// the path of the field below `status`. Precondition: `text` is an object that carried_object has
/// made; a breach of that is invalid_argument, too.
Result<StatusProof> status_from_json(std::string_view text);

}  // namespace kedge::node
