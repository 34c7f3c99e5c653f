// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <vector>

#include "node/store/store.hpp"

/// Data for tests of stores: of the right shape, with hashes that mean nothing.
namespace kedge::test {

/// 32 octets that depend on the seeds and look random.
Hash filler(std::uint64_t seed, std::uint64_t index = 0);

/// The digest of the `index`-th credential of a seed, as `make_run` uses it.
inline Hash digest_of(std::uint64_t seed, std::uint64_t index) {
  return filler(seed, index);
}

Bytes make_leaf(const Hash& digest, std::uint8_t profile = 2);

/// Positions [first, first + sum of calls) with the digests of `seed` at these positions.
node::Run make_run(node::IssuerId issuer, std::uint64_t first, std::vector<std::uint32_t> calls,
                   std::uint64_t seed, std::uint64_t time_ms = 1'000);

/// How many leaves of each issuer to seal.
using Batches = std::vector<std::pair<node::IssuerId, std::uint32_t>>;

/// A seal that fits the store as `before` shows it: a batch entry for each of `batches`, in order,
/// and an epoch entry after `extra` other entries.
node::Seal make_seal(const node::StoreReader& before, const Batches& batches,
                     std::uint32_t extra = 0);

/// The value, or a failed test with the error's message.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

}  // namespace kedge::test
