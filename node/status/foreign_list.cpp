// SPDX-License-Identifier: Apache-2.0
#include "node/status/foreign_list.hpp"

#include <string>

#include "crypto/base64.hpp"

namespace kedge::node {
namespace {

ListRefusal malformed(const Error& error) {
  return {ListFault::malformed, error.message};
}

/// Base64url without padding. Standard base64 is told apart from what is no base64 at all.
ListResult<Bytes> octets_of_base64url(std::string_view text) {
  if (text.find_first_of("+/=") != text.npos) {
    return ListRefusal{ListFault::wrong_alphabet,
                       "expected base64url without padding (RFC 4648 section 5)"};
  }
  auto octets = crypto::base64url_decode(text);
  if (!octets) return malformed(octets.error());
  return *std::move(octets);
}

ListResult<Bytes> octets_of_base64(std::string_view text) {
  if (text.find_first_of("-_") != text.npos) {
    return ListRefusal{ListFault::wrong_alphabet,
                       "expected standard base64, with + and / (RFC 4648 section 4)"};
  }
  std::string padded(text);
  if (text.find('=') == text.npos) padded.append((4 - text.size() % 4) % 4, '=');
  auto octets = crypto::base64_decode(padded);
  if (!octets) return malformed(octets.error());
  return *std::move(octets);
}

ListResult<ForeignList> bits_in_gzip(ByteView gzipped) {
  auto octets = decompress(gzipped, Wrapping::gzip);
  if (!octets) return octets.refusal();
  if (octets->size() < kMinListEntries / 8) {
    return ListRefusal{ListFault::wrong_length,
                       "expected at least " + std::to_string(kMinListEntries) + " entries, found " +
                           std::to_string(octets->size() * 8)};
  }
  return ForeignList(std::move(*octets), 1, BitOrder::most_significant_first);
}

}  // namespace

ListResult<std::uint8_t> ForeignList::value(std::uint64_t index) const {
  if (index >= size()) {
    return ListRefusal{ListFault::out_of_range, "the list has " + std::to_string(size()) +
                                                    " entries, the index is " +
                                                    std::to_string(index)};
  }
  const unsigned in_octet = 8 / entry_bits_;
  const auto place = static_cast<unsigned>(index % in_octet);
  const unsigned steps = order_ == BitOrder::least_significant_first ? place : in_octet - 1 - place;
  const unsigned mask = (1U << entry_bits_) - 1;
  const unsigned octet = octets_[index / in_octet];
  return static_cast<std::uint8_t>(octet >> (steps * entry_bits_) & mask);
}

ListResult<ForeignList> decode_bitstring(std::string_view encoded_list) {
  if (!encoded_list.starts_with('u')) {
    return ListRefusal{ListFault::wrong_alphabet,
                       "expected multibase base64url, which begins with u"};
  }
  const auto octets = octets_of_base64url(encoded_list.substr(1));
  if (!octets) return octets.refusal();
  return bits_in_gzip(*octets);
}

ListResult<ForeignList> decode_status_list_2021(std::string_view encoded_list) {
  const auto octets = octets_of_base64(encoded_list);
  if (!octets) return octets.refusal();
  return bits_in_gzip(*octets);
}

ListResult<ForeignList> decode_token_list(std::string_view lst, std::uint64_t bits) {
  const auto octets = octets_of_base64url(lst);
  if (!octets) return octets.refusal();
  return decode_token_list(ByteView(*octets), bits);
}

ListResult<ForeignList> decode_token_list(ByteView lst, std::uint64_t bits) {
  if (bits != 1 && bits != 2 && bits != 4 && bits != 8) {
    return ListRefusal{ListFault::wrong_entry_size, "bits must be 1, 2, 4 or 8"};
  }
  auto octets = decompress(lst, Wrapping::zlib);
  if (!octets) return octets.refusal();
  if (octets->empty()) {
    return ListRefusal{ListFault::wrong_length, "expected at least one entry"};
  }
  return ForeignList(std::move(*octets), static_cast<unsigned>(bits),
                     BitOrder::least_significant_first);
}

}  // namespace kedge::node
