// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "ledger/evm/types.hpp"

/// RLP (Yellow Paper appendix B), strict in both directions: every value has exactly one encoding,
/// and no other is accepted.
namespace kedge::ledger::evm::rlp {

/// Bounds that hold for a whole decoded value.
struct Limits {
  std::size_t max_bytes = std::size_t{1} << 20;
  /// Lists within one another; `[[]]` has depth 2, a string 0.
  std::size_t max_depth = 16;
  /// Strings and lists in all.
  std::size_t max_items = std::size_t{1} << 16;
};

/// A string of octets or a list, as a view into what was decoded. Only `decode` makes them, so that
/// whatever is in one has been checked.
class Item {
 public:
  [[nodiscard]] bool is_list() const noexcept { return is_list_; }
  /// The octets of the string, or the encodings of the list's elements one after the other.
  [[nodiscard]] ByteView payload() const noexcept { return payload_; }
  /// The whole encoding, with its header.
  [[nodiscard]] ByteView encoded() const noexcept { return encoded_; }
  /// The elements of a list; none of a string.
  [[nodiscard]] std::vector<Item> elements() const;

 private:
  friend class Parser;
  friend class ListReader;
  bool is_list_ = false;
  ByteView payload_;
  ByteView encoded_;
};

/// Decodes exactly one value and checks everything in it: invalid_argument for a length that is not
/// minimal, a single octet below 0x80 with a header, missing or trailing octets, and whatever
/// breaks the limits. The views point into `encoded`.
Result<Item> decode(ByteView encoded, const Limits& limits = {});

/// Takes a list apart, element by element, in order. The first thing that is wrong is remembered,
/// not thrown, and what is read from then on is zero or empty: read everything, then ask `finish`.
/// Errors are invalid_argument with the name of the element as their field.
class ListReader {
 public:
  /// `what` names the list in errors; it must outlive the reader.
  ListReader(const Item& list, std::string_view what);

  /// Any string of `min` to `max` octets.
  ByteView bytes(std::string_view name, std::size_t min, std::size_t max);

  template <std::size_t N>
  std::array<std::uint8_t, N> fixed(std::string_view name) {
    std::array<std::uint8_t, N> out{};
    const ByteView found = bytes(name, N, N);
    if (found.size() == N) std::copy(found.begin(), found.end(), out.begin());
    return out;
  }

  /// Big-endian without leading zeros; zero is the empty string.
  std::uint64_t u64(std::string_view name);
  U256 u256(std::string_view name);

  /// A list, as an item for another reader; an empty one after an error.
  Item list(std::string_view name);
  /// Whatever comes next.
  Item any(std::string_view name);

  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] bool ok() const noexcept { return status_.has_value(); }
  /// Remembers a fault that the caller found itself.
  void fail(std::string_view name, std::string_view expected);
  /// The first fault, or that elements are left over.
  [[nodiscard]] Status finish();

 private:
  std::string_view what_;
  ByteView rest_;
  Status status_;
};

/// Writes one value. Lists are opened and closed; their headers are put in at the end.
class Writer {
 public:
  Writer& bytes(ByteView octets);
  /// Without leading zeros; zero is the empty string.
  Writer& number(std::uint64_t value);
  Writer& number(const U256& value);
  /// An encoding that is there already.
  Writer& encoded(ByteView encoding);
  Writer& open_list();
  /// Throws std::logic_error if none is open.
  Writer& close_list();
  /// Everything written. Throws std::logic_error if a list is still open.
  Bytes take();

 private:
  Bytes out_;
  std::vector<std::size_t> open_;
};

}  // namespace kedge::ledger::evm::rlp
