// SPDX-License-Identifier: Apache-2.0
#include "node/log/tile_path.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace kedge::node {
namespace {

constexpr std::uint32_t kMaxPathLevel = 63;
constexpr std::string_view kHashesPrefix = "tile/";
constexpr std::string_view kEntriesPrefix = "tile/entries/";
constexpr std::string_view kPartial = ".p/";

/// C2SP tlog-tiles: zero-padded groups of three digits, all but the last one prefixed with `x`.
std::string format_index(std::uint64_t index) {
  std::string digits = std::to_string(index);
  digits.insert(0, (3 - digits.size() % 3) % 3, '0');
  std::string path;
  for (std::size_t i = 0; i < digits.size(); i += 3) {
    const bool last = i + 3 == digits.size();
    path.append(last ? "" : "x").append(digits, i, 3).append(last ? "" : "/");
  }
  return path;
}

/// Takes leading digits off `text`; nothing if there are none or the value is too large.
template <class T>
bool take_number(std::string_view& text, T& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

/// Takes an index off `text`; that its form is the canonical one is checked by writing it again.
bool take_index(std::string_view& text, std::uint64_t& index) {
  std::string digits;
  for (bool more = true; more;) {
    more = text.starts_with('x');
    if (more) text.remove_prefix(1);
    if (text.size() < 3) return false;
    digits.append(text.substr(0, 3));
    text.remove_prefix(3);
    if (more && !text.starts_with('/')) return false;
    if (more) text.remove_prefix(1);
  }
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return error == std::errc() && stop == digits.data() + digits.size();
}

bool read_tile_path(std::string_view text, TilePath& path) {
  if (text.starts_with(kEntriesPrefix)) {
    path.kind = TileKind::entries;
    text.remove_prefix(kEntriesPrefix.size());
  } else if (text.starts_with(kHashesPrefix)) {
    text.remove_prefix(kHashesPrefix.size());
    if (!take_number(text, path.level) || !text.starts_with('/')) return false;
    text.remove_prefix(1);
  } else {
    return false;
  }
  if (!take_index(text, path.index)) return false;
  if (text.starts_with(kPartial)) {
    text.remove_prefix(kPartial.size());
    if (!take_number(text, path.width)) return false;
  }
  return text.empty() && path.level <= kMaxPathLevel && path.width >= 1 && path.width <= kTileWidth;
}

}  // namespace

std::string format_tile_path(const TilePath& path) {
  if (path.level > kMaxPathLevel || path.width < 1 || path.width > kTileWidth) {
    throw std::invalid_argument("no such tile");
  }
  std::string text(path.kind == TileKind::entries ? kEntriesPrefix : kHashesPrefix);
  if (path.kind == TileKind::hashes) text.append(std::to_string(path.level)).append("/");
  text.append(format_index(path.index));
  if (path.width != kTileWidth) text.append(kPartial).append(std::to_string(path.width));
  return text;
}

Result<TilePath> parse_tile_path(std::string_view path) {
  TilePath parsed;
  if (!read_tile_path(path, parsed) || format_tile_path(parsed) != path) {
    return invalid_argument(
        "expected tile/<L>/<N>[.p/<W>] or tile/entries/<N>[.p/<W>] with N in groups of three "
        "digits");
  }
  return parsed;
}

std::uint32_t tile_width(std::uint32_t level, std::uint64_t index, std::uint64_t log_size) {
  if (level >= kTileLevels) return 0;
  const std::uint64_t hashes = log_size >> (kTileHeight * level);
  const std::uint64_t tile = hashes / kTileWidth;
  if (index > tile) return 0;
  return static_cast<std::uint32_t>(index < tile ? kTileWidth : hashes % kTileWidth);
}

}  // namespace kedge::node
