// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "node/bench/cores.hpp"

/// Others that do the same work, each a program that prints one number: how often a second.
namespace kedge::node::bench {

/// The helper that does the work of most peers; `tests/bench/peers.cpp` says what it takes.
inline constexpr const char* kPeers = "kedge_bench_peers";

/// The folder of the programs that are built for this (tests/bench), beside the running program.
std::filesystem::path default_helpers();

/// A program or a script of that folder; not_found, with what to do, if it is not there.
Result<std::filesystem::path> helper(const std::filesystem::path& helpers, const std::string& name);

/// Runs a program on these processors and reads the number in the last line that it prints.
/// `folder` is for its output. unavailable if it fails or prints no number.
Result<double> peer_figure(const std::vector<std::string>& words,
                           const std::filesystem::path& folder, const Cores& cores);

/// `openssl speed` of verifying P-256 signatures, for about so many seconds (at least one).
Result<double> openssl_p256_verifications(double seconds, const std::filesystem::path& folder,
                                          const Cores& cores);

}  // namespace kedge::node::bench
