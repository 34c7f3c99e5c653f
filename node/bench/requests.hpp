// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "rpc/load_client.hpp"

/// What the load asks for. The octets of a call are the same from call to call but for the digests,
/// so that a client spends its time on the network.
namespace kedge::node::bench {

/// A digest of its own for every number; as scattered as a hash, and cheaper to make.
Hash digest_of(std::uint64_t number);

/// What the body of the answer begins with if the call succeeded.
inline constexpr std::string_view kGoodAnswer = R"({"jsonrpc":"2.0","id":1,"result":)";

/// Calls of `anchor_submit` with `per_call` digests each: digest_of(first), digest_of(first + 1), …
/// in the order of the calls' numbers. `token` is sent as the bearer's.
rpc::RequestMaker submit_requests(std::string token, std::uint64_t first, std::uint64_t per_call);

/// The params of one such call, for a client that does not measure.
std::string submit_params(std::uint64_t first, std::uint64_t count);

/// The params of a question about digest_of(number).
std::string digest_params(std::uint64_t number);

/// Calls of `proof_get` for digests among digest_of(0 … stored - 1), in an order without pattern;
/// another `round` asks for others first. `token` as above; empty: by nobody.
rpc::RequestMaker proof_requests(std::uint64_t stored, std::uint64_t round,
                                 const std::string& token = {});

/// The same of `status_get`.
rpc::RequestMaker status_requests(std::uint64_t stored, std::uint64_t round);

/// Params of `status_set` that suspend `count` credentials among digest_of(0 … stored - 1), spread
/// over all of them.
std::string suspend_params(std::uint64_t stored, std::uint64_t count);

/// A fixed walk over 0 … stored - 1.
std::uint64_t scattered(std::uint64_t number, std::uint64_t stored);

}  // namespace kedge::node::bench
