// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "node/access/chain_file.hpp"
#include "node/access/record_line.hpp"

/// Whether a record is what was written, and all of it.
namespace kedge::node {

struct RecordCheck {
  ChainEnd end;
  /// Heads that the log holds, and the number of the line that the last of them is the hash of;
  /// lines behind it are not bound by anything yet.
  std::uint64_t bound_heads = 0;
  std::optional<std::uint64_t> bound_line = {};
};

using RecordVisitor =
    std::function<void(std::uint64_t number, const Hash& hash, const RecordEvent& event)>;

/// The digests that the log holds under record_issuer_name(), one after the other by position;
/// nullopt at the end.
using NextHead = std::function<Result<std::optional<Hash>>()>;

/// No heads: the chain alone is checked.
Result<std::optional<Hash>> no_heads();

/// Reads a record and checks its chain, and that each head is the hash of a line, in order. corrupt
/// if the chain is broken, or if a head is none of its lines': then the record was rewritten, or
/// cut off, after the log was bound to it. not_found if there is no file. `visit` may be empty.
Result<RecordCheck> check_record(const std::filesystem::path& file, std::string_view origin,
                                 const NextHead& heads, const RecordVisitor& visit = {});

}  // namespace kedge::node
