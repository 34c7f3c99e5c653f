// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "crypto/bytes.hpp"
#include "crypto/result.hpp"

/// The part of CBOR that Kedge writes and reads, in the deterministic encoding of RFC 8949
/// section 4.2.1.
namespace kedge {

/// Major types of RFC 8949 section 3.1.
enum class CborType : std::uint8_t {
  unsigned_integer = 0,
  negative_integer = 1,
  bytes = 2,
  text = 3,
  array = 4,
  map = 5,
  tag = 6,
  simple = 7,
};

inline constexpr std::uint64_t kCborFalse = 20;
inline constexpr std::uint64_t kCborTrue = 21;
inline constexpr std::uint64_t kCborNull = 22;

/// Appends items; the caller counts the members of arrays and maps and sorts the keys.
class CborWriter {
 public:
  explicit CborWriter(Bytes& out) : out_(out) {}

  /// The first octets of an item: type and argument, in the shortest form.
  void head(CborType type, std::uint64_t argument);
  void integer(std::uint64_t value) { head(CborType::unsigned_integer, value); }
  void bytes(ByteView value);
  void text(std::string_view value);

 private:
  Bytes& out_;
};

/// Whether the key `a` stands before `b` in a map: order of the encoded keys, octet by octet.
bool cbor_key_less(std::string_view a, std::string_view b);

/// Reads items. Remembers the first thing that is wrong, with the path that the caller gives, and
/// answers with empty values from then on: read everything, then ask status(). Nothing is allocated
/// for lengths that the input does not have.
class CborReader {
 public:
  explicit CborReader(ByteView in) : in_(in) {}

  /// The type of the next item; `simple` at the end of the input.
  [[nodiscard]] CborType next_type() const;

  /// The argument of an item of this type: shortest form, no indefinite length.
  std::uint64_t head(CborType type, const std::string& path);
  std::uint64_t integer(const std::string& path);
  ByteView bytes(const std::string& path);
  /// Valid UTF-8.
  std::string_view text(const std::string& path);
  /// Number of elements, or of pairs; at most what can be in the rest of the input.
  std::size_t array(const std::string& path);
  std::size_t map(const std::string& path);
  /// A key; refused unless it stands after `previous` in a map.
  std::string_view key_after(std::string_view previous, const std::string& path);

  /// Skips one item of any allowed type, nested at most `depth` deep.
  void skip(std::size_t depth, const std::string& path);
  /// Refuses octets that are left over.
  void finish();

  void refuse(std::string message, std::string path);
  [[nodiscard]] const Status& status() const { return status_; }
  [[nodiscard]] bool ok() const { return status_.has_value(); }

 private:
  ByteView take(std::uint64_t size, const std::string& path);

  ByteView in_;
  Status status_;
};

}  // namespace kedge
