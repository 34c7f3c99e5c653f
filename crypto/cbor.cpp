// SPDX-License-Identifier: Apache-2.0
#include "crypto/cbor.hpp"

#include "crypto/utf8.hpp"

namespace kedge {
namespace {

/// Arguments below stand in the first octet itself; above, 24 to 27 say how many octets follow.
constexpr std::uint8_t kInlineLimit = 24;
constexpr std::uint8_t kMaxLengthCode = 27;

std::uint64_t smallest_of_width(std::size_t width) {
  return width == 1 ? kInlineLimit : std::uint64_t{1} << (4 * width);
}

}  // namespace

void CborWriter::head(CborType type, std::uint64_t argument) {
  const auto major = static_cast<std::uint8_t>(static_cast<unsigned>(type) << 5);
  if (argument < kInlineLimit) {
    out_.push_back(static_cast<std::uint8_t>(major | argument));
    return;
  }
  std::size_t width = 8;
  std::uint8_t code = kMaxLengthCode;
  while (width > 1 && argument < smallest_of_width(width)) {
    width /= 2;
    --code;
  }
  out_.push_back(static_cast<std::uint8_t>(major | code));
  for (std::size_t i = width; i-- > 0;) {
    out_.push_back(static_cast<std::uint8_t>(argument >> (8 * i)));
  }
}

void CborWriter::bytes(ByteView value) {
  head(CborType::bytes, value.size());
  out_.insert(out_.end(), value.begin(), value.end());
}

void CborWriter::text(std::string_view value) {
  head(CborType::text, value.size());
  out_.insert(out_.end(), value.begin(), value.end());
}

bool cbor_key_less(std::string_view a, std::string_view b) {
  // The encoded length comes first, so shorter keys stand before longer ones.
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

CborType CborReader::next_type() const {
  return in_.empty() ? CborType::simple : static_cast<CborType>(in_.front() >> 5);
}

std::uint64_t CborReader::head(CborType type, const std::string& path) {
  const ByteView first = take(1, path);
  if (first.empty()) return 0;
  if (first[0] >> 5 != static_cast<std::uint8_t>(type)) {
    refuse("expected CBOR type " + std::to_string(static_cast<unsigned>(type)), path);
    return 0;
  }
  const std::uint8_t code = first[0] & 31;
  if (code < kInlineLimit) return code;
  if (code > kMaxLengthCode) {
    refuse("expected a definite length", path);
    return 0;
  }
  const std::size_t width = std::size_t{1} << (code - kInlineLimit);
  std::uint64_t argument = 0;
  for (const std::uint8_t byte : take(width, path)) argument = argument << 8 | byte;
  if (argument < smallest_of_width(width)) {
    refuse("expected the shortest form of the argument", path);
    return 0;
  }
  return argument;
}

std::uint64_t CborReader::integer(const std::string& path) {
  return head(CborType::unsigned_integer, path);
}

ByteView CborReader::bytes(const std::string& path) {
  return take(head(CborType::bytes, path), path);
}

std::string_view CborReader::text(const std::string& path) {
  const std::string_view text = as_text(take(head(CborType::text, path), path));
  if (!crypto::is_utf8(text)) {
    refuse("expected valid UTF-8", path);
    return {};
  }
  return text;
}

std::size_t CborReader::array(const std::string& path) {
  const std::uint64_t count = head(CborType::array, path);
  if (count <= in_.size()) return static_cast<std::size_t>(count);
  refuse("truncated", path);
  return 0;
}

std::size_t CborReader::map(const std::string& path) {
  const std::uint64_t count = head(CborType::map, path);
  if (count <= in_.size() / 2) return static_cast<std::size_t>(count);
  refuse("truncated", path);
  return 0;
}

std::string_view CborReader::key_after(std::string_view previous, const std::string& path) {
  const std::string_view key = text(path);
  if (ok() && !cbor_key_less(previous, key)) {
    refuse("expected keys sorted by their encoding, each once", path);
    return {};
  }
  return key;
}

void CborReader::skip(std::size_t depth, const std::string& path) {
  const CborType type = next_type();
  if (type == CborType::bytes || type == CborType::text) {
    take(head(type, path), path);
    return;
  }
  if (type != CborType::array && type != CborType::map) {
    if (type == CborType::tag) refuse("expected no tag", path);
    head(type, path);
    return;
  }
  if (depth == 0) return refuse("nested too deep", path);
  const std::size_t items = type == CborType::array ? array(path) : 2 * map(path);
  for (std::size_t i = 0; i < items && ok(); ++i) skip(depth - 1, path);
}

void CborReader::finish() {
  if (!in_.empty()) refuse("octets after the end", "");
}

void CborReader::refuse(std::string message, std::string path) {
  if (status_) status_ = invalid_argument(std::move(message), std::move(path));
}

ByteView CborReader::take(std::uint64_t size, const std::string& path) {
  if (!ok()) return {};
  if (size > in_.size()) {
    refuse("truncated", path);
    return {};
  }
  const ByteView head = in_.first(static_cast<std::size_t>(size));
  in_ = in_.subspan(static_cast<std::size_t>(size));
  return head;
}

}  // namespace kedge
