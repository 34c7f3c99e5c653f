// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <utility>

#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm::rlp {
namespace {

/// At most nine octets: the short form, or the form with the length of the length.
struct EncodedHeader {
  std::array<std::uint8_t, 9> octets{};
  std::size_t size = 0;
  [[nodiscard]] ByteView view() const { return ByteView(octets).first(size); }
};

EncodedHeader header_of(std::uint8_t base, std::size_t payload_size) {
  EncodedHeader header;
  if (payload_size < 56) {
    header.octets[0] = static_cast<std::uint8_t>(base + payload_size);
    header.size = 1;
    return header;
  }
  const U256 number(payload_size);
  const ByteView length = number.minimal();
  header.octets[0] = static_cast<std::uint8_t>(base + 55 + length.size());
  std::copy(length.begin(), length.end(), header.octets.begin() + 1);
  header.size = 1 + length.size();
  return header;
}

}  // namespace

Writer& Writer::bytes(ByteView octets) {
  if (octets.size() != 1 || octets[0] >= 0x80) encoded(header_of(0x80, octets.size()).view());
  return encoded(octets);
}

Writer& Writer::number(std::uint64_t value) {
  return number(U256(value));
}

Writer& Writer::number(const U256& value) {
  return bytes(value.minimal());
}

Writer& Writer::encoded(ByteView encoding) {
  out_.insert(out_.end(), encoding.begin(), encoding.end());
  return *this;
}

Writer& Writer::open_list() {
  open_.push_back(out_.size());
  return *this;
}

Writer& Writer::close_list() {
  if (open_.empty()) throw std::logic_error("rlp::Writer: no list is open");
  const std::size_t begin = open_.back();
  open_.pop_back();
  const EncodedHeader header = header_of(0xc0, out_.size() - begin);
  const ByteView octets = header.view();
  out_.insert(out_.begin() + static_cast<std::ptrdiff_t>(begin), octets.begin(), octets.end());
  return *this;
}

Bytes Writer::take() {
  if (!open_.empty()) throw std::logic_error("rlp::Writer: a list is still open");
  return std::exchange(out_, {});
}

}  // namespace kedge::ledger::evm::rlp
