// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"
#include "ledger/append_file.hpp"
#include "node/access/chain_line.hpp"

namespace kedge::node {

/// What the lines of a file are.
struct ChainFormat {
  /// The first line follows its hash (chain_start).
  std::string name;
  /// The most lines that are written before a sync. A disk that loses its power may have any part
  /// of them, but has everything before them.
  std::size_t append_lines = 1;
};

/// Where the lines of a file have led.
struct ChainEnd {
  std::uint64_t lines = 0;
  /// The hash of the last line, or what the first one follows.
  Hash head{};
  /// Octets of whole lines, and of what a crash has left behind them.
  std::uint64_t bytes = 0;
  std::uint64_t torn_bytes = 0;
};

/// Is given the lines in order. `number` counts from 0. An error ends the reading; its message gets
/// the number of the line.
using ChainVisitor =
    std::function<Status(std::string_view body, std::uint64_t number, const Hash& hash)>;

/// Reads a file of chained lines (chain_line.hpp), without changing it; also while it is being
/// written. What was being written when the machine stopped is told as torn: an end without a line
/// feed, and what follows from a line with NUL octets on, if it is no more than one append (the
/// disk has written later sectors before it). corrupt, with the number of the line, for anything
/// else that does not fit; not_found if there is no such file.
Result<ChainEnd> read_chain(const std::filesystem::path& path, const ChainFormat& format,
                            const ChainVisitor& visit);

/// The same file, to be added to. Lines are on stable storage when they are reported. After a
/// failed write every later one fails until the file is opened again. One thread at a time.
class ChainFile {
 public:
  /// Opens it, or makes it, its name durable. Cuts off what is torn: nobody was told of it.
  static Result<ChainFile> open(const std::filesystem::path& path, const ChainFormat& format,
                                const ChainVisitor& visit);

  /// One write and one sync for as many of them as the format allows. invalid_argument, with
  /// nothing written, if a line would be too long or its body holds a line feed.
  Status append(std::span<const std::string> bodies);

  [[nodiscard]] const Hash& head() const noexcept { return head_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

 private:
  ChainFile(ledger::AppendFile file, std::size_t append_lines, const ChainEnd& end)
      : file_(std::move(file)), append_lines_(append_lines), head_(end.head), lines_(end.lines) {}

  ledger::AppendFile file_;
  std::size_t append_lines_;
  Hash head_;
  std::uint64_t lines_;
};

}  // namespace kedge::node
