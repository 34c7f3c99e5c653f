// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

namespace kedge::crypto {

/// The last millisecond that four digits of year can name: 9999-12-31T23:59:59.999Z.
inline constexpr std::uint64_t kMaxTimeMs = 253'402'300'799'999;

/// Milliseconds since 1970 UTC as RFC 3339 in the one form that Kedge writes:
/// `2026-01-31T08:05:09.042Z`. Precondition: time_ms <= kMaxTimeMs.
std::string format_rfc3339(std::uint64_t time_ms);

/// Reads exactly that form (RFC 3339 section 5.6 with `T`, three digits of fraction and `Z`), and
/// only days that exist; a leap second is refused, because no log entry can hold one.
Result<std::uint64_t> parse_rfc3339(std::string_view text);

/// Reads what others write: an XSD dateTimeStamp (VCDM 2.0 section 2.1) or RFC 3339 date-time with
/// `T`, seconds, any fraction up to nine digits (cut to milliseconds) and `Z` or an offset of at
/// most 14 hours, in the years 0001 to 9999. Refused: a time without a zone, 24:00, leap seconds.
/// Milliseconds since 1970 UTC, negative before.
Result<std::int64_t> parse_date_time(std::string_view text);

}  // namespace kedge::crypto
