// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::config {

/// A whole number and one of `ms`, `s`, `m`, `h`, `d`, without a space: `1s`, `250ms`.
Result<std::chrono::milliseconds> parse_duration(std::string_view text);
/// The shortest text that parse_duration() reads back to the same.
std::string format_duration(std::chrono::milliseconds duration);

/// A whole number of bytes and, if any, one of `B`, `KiB`, `MiB`, `GiB`: `8MiB`, `512`.
Result<std::uint64_t> parse_size(std::string_view text);
/// The shortest text that parse_size() reads back to the same.
std::string format_size(std::uint64_t bytes);

}  // namespace kedge::config
