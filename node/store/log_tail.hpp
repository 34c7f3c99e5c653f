// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "crypto/bytes.hpp"

/// Tells a write that a power cut tore from one that was damaged later. RocksDB's write-ahead log
/// and its manifest are both files of records (`db/log_format.h`: blocks of 32 KiB; a record is
/// CRC-32C, length, type, data, and is split where it meets the end of a block). Each write is
/// synced before the next begins, so only the last record can be one that nobody was told of, and
/// the disk takes its sectors in any order: what it did not take reads as zeros. After it there may
/// be more zeros, to the end of the file: a log is filled with them ahead (filled_logs.hpp).
namespace kedge::node {

enum class LogTail : std::uint8_t {
  /// Every record is whole, or the file ends within the last one, which RocksDB drops by itself.
  whole,
  /// The last record lacks sectors: nobody was told of it.
  torn,
  /// A record is damaged that may be one that somebody was told of.
  damaged,
};

struct LogTailReport {
  LogTail tail = LogTail::whole;
  /// Where the torn or damaged record begins.
  std::uint64_t offset = 0;
};

/// Whether there are only zeros in such a file, or nothing: no record of it has come to the disk.
bool is_blank(ByteView log);

/// Looks at the whole contents of such a file. Without `checksums` the walk goes by the lengths of
/// the records alone, which is quick, and finds what RocksDB by itself takes for a torn end: a
/// length that leads beyond the file although the record does not.
LogTailReport inspect_log(ByteView log, bool checksums);

}  // namespace kedge::node
