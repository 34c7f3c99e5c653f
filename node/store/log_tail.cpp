// SPDX-License-Identifier: Apache-2.0
#include "node/store/log_tail.hpp"

#include <algorithm>
#include <optional>

#include "node/store/crc32c.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kBlock = std::size_t{32} << 10;
constexpr std::size_t kHeader = 7;
/// What a disk writes at once, at the least.
constexpr std::size_t kSector = 512;

enum Type : std::uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

/// The sum as it is stored: sums of data that hold sums say little.
std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

bool all_zero(ByteView octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

class Log {
 public:
  Log(ByteView log, bool checksums) : log_(log), checksums_(checksums) {}

  LogTailReport inspect() {
    const std::optional<std::size_t> bad = walk();
    if (!bad) return {};
    if (begins_after(*bad) || ends_with_the_file(*bad)) return {LogTail::damaged, record_};
    if (lacks_sector()) return {LogTail::torn, record_};
    if (goes_beyond_the_file(*bad)) return {};
    return {LogTail::damaged, record_};
  }

 private:
  struct Piece {
    std::uint32_t crc = 0;
    std::size_t length = 0;
    std::uint8_t type = 0;
  };

  [[nodiscard]] static std::size_t left_in_block(std::size_t at) { return kBlock - at % kBlock; }

  /// Precondition: a header fits.
  [[nodiscard]] Piece piece(std::size_t at) const {
    const auto octet = [&](std::size_t i) { return std::uint32_t{log_[at + i]}; };
    return {octet(0) | octet(1) << 8U | octet(2) << 16U | octet(3) << 24U,
            octet(4) | octet(5) << 8U, log_[at + 6]};
  }

  [[nodiscard]] bool fits(std::size_t at, const Piece& piece) const {
    return kHeader + piece.length <= std::min(left_in_block(at), log_.size() - at);
  }

  [[nodiscard]] bool sum_is_right(std::size_t at, const Piece& piece) const {
    return masked(crc32c(0, as_text(log_.subspan(at + 6, 1 + piece.length)))) == piece.crc;
  }

  /// Where the records stop making sense; nullopt if they never do.
  std::optional<std::size_t> walk() {
    bool within = false;
    std::size_t at = 0;
    while (at + kHeader <= log_.size()) {
      if (left_in_block(at) < kHeader) {
        at += left_in_block(at);
        continue;
      }
      const Piece next = piece(at);
      if (!within) record_ = at;
      // Room that was allotted and never written to.
      if (all_zero(log_.subspan(at))) return within ? std::optional(at) : std::nullopt;
      const bool begins = next.type == kFull || next.type == kFirst;
      const bool goes_on = next.type == kMiddle || next.type == kLast;
      if (!fits(at, next) || (within ? !goes_on : !begins)) return at;
      if (checksums_ && !sum_is_right(at, next)) return at;
      within = next.type == kFirst || next.type == kMiddle;
      at += kHeader + next.length;
    }
    return std::nullopt;
  }

  /// Whether an intact record begins anywhere after `bad`.
  [[nodiscard]] bool begins_after(std::size_t bad) const {
    for (std::size_t at = bad + 1; at + kHeader <= log_.size(); ++at) {
      const std::uint8_t type = log_[at + 6];
      if ((type != kFull && type != kFirst) || left_in_block(at) < kHeader) continue;
      const Piece next = piece(at);
      if (next.length > 0 && fits(at, next) && sum_is_right(at, next)) return true;
    }
    return false;
  }

  /// Whether the file ends within the piece at `bad`, going by its length.
  [[nodiscard]] bool goes_beyond_the_file(std::size_t bad) const {
    return kHeader + piece(bad).length > log_.size() - bad;
  }

  /// Whether the piece at `bad` is intact but for its length, and ends where the file does.
  [[nodiscard]] bool ends_with_the_file(std::size_t bad) const {
    Piece last = piece(bad);
    last.length = log_.size() - bad - kHeader;
    return last.length < kBlock && sum_is_right(bad, last);
  }

  /// Whether a sector from the last record on is empty. What is written there is random salts and
  /// hashes; it does not leave a whole one empty by itself.
  [[nodiscard]] bool lacks_sector() const {
    for (std::size_t at = record_; at < log_.size();) {
      const std::size_t end = std::min(log_.size(), (at / kSector + 1) * kSector);
      if (all_zero(log_.subspan(at, end - at))) return true;
      at = end;
    }
    return false;
  }

  ByteView log_;
  bool checksums_;
  /// Where the record begins that the walk is in.
  std::size_t record_ = 0;
};

}  // namespace

LogTailReport inspect_log(ByteView log, bool checksums) {
  return Log(log, checksums).inspect();
}

}  // namespace kedge::node
