// SPDX-License-Identifier: Apache-2.0
#include "node/api/lookup.hpp"

#include <algorithm>

#include "crypto/sha256_batch.hpp"

namespace kedge::node::api {
namespace {

Error not_found() {
  return {Errc::not_found, "no credential with this digest has been accepted"};
}

}  // namespace

Result<std::vector<Location>> find_all(const StoreReader& reader, const Hash& digest,
                                       const std::optional<std::string>& issuer) {
  Result<std::vector<Location>> found = reader.locate(digest);
  if (!found) return found;
  if (issuer) {
    const Result<IssuerRow> row = reader.issuer_by_name(*issuer);
    if (!row) return row.error().code == Errc::not_found ? not_found() : row.error();
    std::erase_if(*found, [&](const Location& where) { return where.issuer != row->id; });
  }
  if (found->empty()) return not_found();
  return found;
}

Result<Location> find_one(const StoreReader& reader, const Hash& digest,
                          const std::optional<std::string>& issuer,
                          std::optional<std::uint64_t> position) {
  Result<std::vector<Location>> found = find_all(reader, digest, issuer);
  if (!found) return found.error();
  if (position) {
    std::erase_if(*found, [&](const Location& where) { return where.position != *position; });
    if (found->empty()) return not_found();
  }
  if (found->size() == 1) return found->front();
  return invalid_argument(
      "expected the issuer: " + std::to_string(found->size()) + " issuers have this digest",
      "issuer");
}

Result<std::vector<Hash>> batch_leaf_hashes(const StoreReader& reader, const BatchRow& batch,
                                            std::uint64_t start, std::uint64_t count) {
  const Result<Bytes> leaves = reader.leaves(batch.issuer, batch.first_position + start, count);
  if (!leaves) return leaves.error();
  std::vector<Hash> hashes(count);
  crypto::hash_leaves(leaves->data(), LeafEntry::kSize, count, hashes.data());
  return hashes;
}

std::string_view anchor_state_name(AnchorState state) {
  switch (state) {
    case AnchorState::intended:
      return "intended";
    case AnchorState::mined:
      return "mined";
    case AnchorState::final:
      break;
  }
  return "final";
}

}  // namespace kedge::node::api
