// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/seals.hpp"

#include <algorithm>
#include <string>

#include "crypto/recoverable.hpp"
#include "ledger/evm/address.hpp"

namespace kedge::ledger::evm {
namespace {

bool has(std::span<const Address> sorted, const Address& address) {
  return std::binary_search(sorted.begin(), sorted.end(), address);
}

SealCheck not_sealed(std::string why, std::size_t seals = 0) {
  return {SealOutcome::not_sealed, std::move(why), seals};
}

Result<Address> signer_of(const Hash& digest, const Seal& seal) {
  const std::uint8_t v = seal.back();
  if (v > 1) return invalid_argument("a seal ends in " + std::to_string(v) + ", expected 0 or 1");
  crypto::RecoverableSignature signature;
  std::copy_n(seal.begin(), signature.r.size(), signature.r.begin());
  std::copy_n(seal.begin() + sizeof(Hash), signature.s.size(), signature.s.begin());
  signature.y_odd = v == 1;
  const auto point = crypto::recover(digest, signature);
  if (!point) return point.error();
  return address_of_point(*point);
}

}  // namespace

Result<std::vector<Address>> seal_signers(const Header& header, const BftExtra& extra,
                                          BlockRules rules) {
  const Hash digest = commit_hash(header, extra, rules);
  std::vector<Address> out;
  for (const Seal& seal : extra.seals) {
    const auto signer = signer_of(digest, seal);
    if (!signer) return signer.error();
    out.push_back(*signer);
  }
  return out;
}

SealCheck check_seals(const Header& header, BlockRules rules, std::span<const Address> trusted) {
  const auto extra = parse_bft_extra(header.extra_data(), rules);
  if (!extra) return not_sealed(extra.error().message);
  if (!extra->validators.empty() && !std::ranges::equal(extra->validators, trusted)) {
    return {SealOutcome::other_validators,
            "the block names other validators than those that are trusted at its height", 0};
  }
  if (!has(trusted, header.miner())) return not_sealed("the proposer is not a validator");
  auto signers = seal_signers(header, *extra, rules);
  if (!signers) return not_sealed(signers.error().message);
  std::sort(signers->begin(), signers->end());
  if (std::adjacent_find(signers->begin(), signers->end()) != signers->end()) {
    return not_sealed("a validator has sealed twice");
  }
  if (!std::ranges::includes(trusted, *signers)) {
    return not_sealed("somebody has sealed who is not a validator");
  }
  const std::size_t quorum = seal_quorum(trusted.size());
  if (signers->size() < quorum) {
    return not_sealed(std::to_string(signers->size()) + " of " + std::to_string(trusted.size()) +
                          " validators have sealed, expected " + std::to_string(quorum),
                      signers->size());
  }
  return {SealOutcome::sealed, {}, signers->size()};
}

}  // namespace kedge::ledger::evm
