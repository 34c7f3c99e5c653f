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
/// written. An end without a line feed, and a last line with NUL octets in it, were being written
/// when the machine stopped, and are told as torn. corrupt, with the number of the line, for
/// anything else that does not fit; not_found if there is no such file.
Result<ChainEnd> read_chain(const std::filesystem::path& path, std::string_view format,
                            const ChainVisitor& visit);

/// The same file, to be added to. Lines are on stable storage when they are reported. After a
/// failed write every later one fails until the file is opened again. One thread at a time.
class ChainFile {
 public:
  /// Opens it, or makes it, its name durable. Cuts off what is torn: nobody was told of it.
  static Result<ChainFile> open(const std::filesystem::path& path, std::string_view format,
                                const ChainVisitor& visit);

  /// One write and one sync for all of them. invalid_argument, with nothing written, if a line
  /// would be too long or its body holds a line feed.
  Status append(std::span<const std::string> bodies);

  [[nodiscard]] const Hash& head() const noexcept { return head_; }
  [[nodiscard]] std::uint64_t lines() const noexcept { return lines_; }

 private:
  ChainFile(ledger::AppendFile file, const ChainEnd& end)
      : file_(std::move(file)), head_(end.head), lines_(end.lines) {}

  ledger::AppendFile file_;
  Hash head_;
  std::uint64_t lines_;
};

}  // namespace kedge::node
