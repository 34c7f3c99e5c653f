// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/cli/status_list_file.hpp"

/// What `kedge revoke` and `kedge status` are given, made into targets.
namespace kedge::node::cli {

/// What the words stand for: digests, proof bundles (`*.proof.json`, `*.proof.cbor`), lists
/// (`*.csv`, `*.ndjson`, and `-` for standard input), credentials and directories of them, which
/// are hashed. `profile` as for `kedge submit`, empty for none.
Result<std::vector<StatusLine>> collect_status_lines(const std::vector<std::string>& words,
                                                     const std::string& profile);

}  // namespace kedge::node::cli
