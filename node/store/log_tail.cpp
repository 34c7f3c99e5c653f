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
/// Zeros that a record may end with. It ends with a sum, a hash, or numbers and a key.
constexpr std::size_t kZerosAtTheEnd = 64;

enum Type : std::uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

/// The sum as it is stored: sums of data that hold sums say little.
std::uint32_t masked(std::uint32_t crc) {
  return ((crc >> 15U) | (crc << 17U)) + 0xA282EAD8U;
}

bool all_zero(ByteView octets) {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}

/// Where the zeros begin that the file ends with.
std::size_t end_of_contents(ByteView log) {
  const auto last = std::find_if(log.rbegin(), log.rend(), [](std::uint8_t o) { return o != 0; });
  return static_cast<std::size_t>(log.rend() - last);
}

class Log {
 public:
  Log(ByteView log, bool checksums)
      : log_(log), contents_end_(end_of_contents(log)), checksums_(checksums) {}

  LogTailReport inspect() {
    const std::optional<std::size_t> bad = walk();
    if (!bad) return {};
    if (begins_after(*bad) || is_last_of_another_length(*bad)) return {LogTail::damaged, record_};
    if (lacks_sector(*bad)) return {LogTail::torn, record_};
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
      // Room that nobody has written to yet.
      if (at >= contents_end_) return within ? std::optional(at) : std::nullopt;
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
    for (std::size_t at = bad + 1; at + kHeader <= contents_end_; ++at) {
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

  /// Whether the piece at `bad` is intact but for its length, and ends where the contents do.
  [[nodiscard]] bool is_last_of_another_length(std::size_t bad) const {
    const std::size_t begin = bad + kHeader;
    const std::size_t limit = std::min(log_.size(), bad + left_in_block(bad));
    if (contents_end_ < begin || contents_end_ > limit) return false;
    std::uint32_t crc = crc32c(0, as_text(log_.subspan(bad + 6, contents_end_ - bad - 6)));
    for (std::size_t zeros = 0; masked(crc) != piece(bad).crc; ++zeros) {
      if (zeros == kZerosAtTheEnd || contents_end_ + zeros == limit) return false;
      crc = crc32c(crc, as_text(log_.subspan(contents_end_ + zeros, 1)));
    }
    return true;
  }

  /// Whether a sector is empty from the last record on, as far as it goes. What is written there is
  /// random salts and hashes; it does not leave a whole one empty by itself.
  [[nodiscard]] bool lacks_sector(std::size_t bad) const {
    const std::size_t told = bad + kHeader + piece(bad).length;
    const std::size_t end = std::min(log_.size(), std::max(contents_end_, told));
    for (std::size_t at = record_; at < end;) {
      const std::size_t next = std::min(end, (at / kSector + 1) * kSector);
      if (all_zero(log_.subspan(at, next - at))) return true;
      at = next;
    }
    return false;
  }

  ByteView log_;
  std::size_t contents_end_;
  bool checksums_;
  /// Where the record begins that the walk is in.
  std::size_t record_ = 0;
};

}  // namespace

bool is_blank(ByteView log) {
  return all_zero(log);
}

LogTailReport inspect_log(ByteView log, bool checksums) {
  return Log(log, checksums).inspect();
}

}  // namespace kedge::node
