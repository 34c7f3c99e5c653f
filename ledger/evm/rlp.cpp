// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/rlp.hpp"

#include <algorithm>
#include <string>

namespace kedge::ledger::evm::rlp {
namespace {

/// What the first octets of an encoding say.
struct Header {
  bool is_list = false;
  std::size_t header_size = 0;
  std::size_t payload_size = 0;
};

/// Reads and checks one header; the payload lies wholly within `in`.
Result<Header> read_header(ByteView in) {
  if (in.empty()) return invalid_argument("RLP is truncated");
  const std::uint8_t first = in[0];
  if (first < 0x80) return Header{false, 0, 1};
  Header header;
  header.is_list = first >= 0xc0;
  const std::size_t short_form = std::size_t{first} - (header.is_list ? 0xc0 : 0x80);
  header.header_size = 1;
  if (short_form < 56) {
    header.payload_size = short_form;
  } else {
    const std::size_t octets = short_form - 55;
    if (in.size() - 1 < octets) return invalid_argument("RLP is truncated");
    if (in[1] == 0) return invalid_argument("a length in RLP has leading zeros");
    for (const std::uint8_t byte : in.subspan(1, octets)) {
      header.payload_size = (header.payload_size << 8) | byte;
    }
    if (header.payload_size < 56) return invalid_argument("a length in RLP is not minimal");
    header.header_size += octets;
  }
  if (header.payload_size > in.size() - header.header_size) {
    return invalid_argument("RLP is truncated");
  }
  if (!header.is_list && header.payload_size == 1 && in[1] < 0x80) {
    return invalid_argument("a single octet below 0x80 has a header in RLP");
  }
  return header;
}

}  // namespace

class Parser {
 public:
  explicit Parser(const Limits& limits) : limits_(limits) {}

  /// The next value of checked or unchecked RLP.
  static Result<Item> next(ByteView in) {
    const auto header = read_header(in);
    if (!header) return header.error();
    Item item;
    item.is_list_ = header->is_list;
    item.encoded_ = in.first(header->header_size + header->payload_size);
    item.payload_ = item.encoded_.subspan(header->header_size);
    return item;
  }

  Result<Item> check(ByteView in, std::size_t depth) {
    if (++items_ > limits_.max_items) {
      return invalid_argument("RLP has more than " + std::to_string(limits_.max_items) +
                              " strings and lists");
    }
    auto item = next(in);
    if (!item || !item->is_list()) return item;
    if (depth == limits_.max_depth) {
      return invalid_argument("RLP is nested deeper than " + std::to_string(limits_.max_depth));
    }
    for (ByteView rest = item->payload(); !rest.empty();) {
      const auto element = check(rest, depth + 1);
      if (!element) return element.error();
      rest = rest.subspan(element->encoded().size());
    }
    return item;
  }

 private:
  const Limits& limits_;
  std::size_t items_ = 0;
};

std::vector<Item> Item::elements() const {
  std::vector<Item> out;
  if (!is_list_) return out;
  for (ByteView rest = payload_; !rest.empty();) {
    out.push_back(*Parser::next(rest));
    rest = rest.subspan(out.back().encoded().size());
  }
  return out;
}

Result<Item> decode(ByteView encoded, const Limits& limits) {
  if (encoded.size() > limits.max_bytes) {
    return invalid_argument("RLP has more than " + std::to_string(limits.max_bytes) + " octets");
  }
  auto item = Parser(limits).check(encoded, 0);
  if (item && item->encoded().size() != encoded.size()) {
    return invalid_argument("RLP has trailing bytes");
  }
  return item;
}

ListReader::ListReader(const Item& list, std::string_view what)
    : what_(what), rest_(list.payload()) {
  if (!list.is_list()) {
    rest_ = {};
    fail("", "a list");
  }
}

void ListReader::fail(std::string_view name, std::string_view expected) {
  if (!status_) return;
  std::string message(what_);
  if (!name.empty()) message += ": " + std::string(name);
  status_ = invalid_argument(message + ": expected " + std::string(expected), std::string(name));
  rest_ = {};
}

Item ListReader::any(std::string_view name) {
  if (rest_.empty()) {
    fail(name, "one more element");
    return {};
  }
  const Item item = *Parser::next(rest_);
  rest_ = rest_.subspan(item.encoded().size());
  return item;
}

Item ListReader::list(std::string_view name) {
  const Item item = any(name);
  if (ok() && !item.is_list()) fail(name, "a list, found a string");
  if (ok()) return item;
  Item none;
  none.is_list_ = true;
  return none;
}

ByteView ListReader::bytes(std::string_view name, std::size_t min, std::size_t max) {
  const Item item = any(name);
  if (!ok()) return {};
  if (item.is_list()) {
    fail(name, "a string, found a list");
    return {};
  }
  const std::size_t size = item.payload().size();
  if (size < min || size > max) {
    const std::string bounds =
        min == max ? std::to_string(min) : std::to_string(min) + " to " + std::to_string(max);
    fail(name, bounds + " octets, found " + std::to_string(size));
    return {};
  }
  return item.payload();
}

U256 ListReader::u256(std::string_view name) {
  const ByteView octets = bytes(name, 0, 32);
  if (!octets.empty() && octets[0] == 0) {
    fail(name, "a number without leading zeros");
    return {};
  }
  return *U256::from_bytes(octets);
}

std::uint64_t ListReader::u64(std::string_view name) {
  const auto value = u256(name).to_u64();
  if (!value) fail(name, "a number of at most 64 bits");
  return value.value_or(0);
}

Status ListReader::finish() {
  if (!rest_.empty()) fail("", "no more elements");
  return status_;
}

}  // namespace kedge::ledger::evm::rlp
