// SPDX-License-Identifier: Apache-2.0
// Published status lists of others: what is accepted can be written again and says the same, every
// refusal has a fault and a reason, and no list is larger than the bound.
#include <algorithm>

#include "crypto/base64.hpp"
#include "node/status/foreign_document.hpp"
#include "node/status/list_encoding.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::node;
using fuzz::check;

namespace {

void check_list(const ForeignList& list) {
  check(list.octets().size() <= kMaxListOctets, "bounded");
  check(list.size() == list.octets().size() * (8 / list.entry_bits()), "size");
  check(!list.value(list.size()), "nothing beyond the end");
  check(list.size() == 0 || list.value(list.size() - 1), "the last entry");
}

template <class T>
bool accepted(const ListResult<T>& result) {
  if (!result) check(!result.refusal().message.empty(), "a refusal has a reason");
  return result.has_value();
}

bool same_octets(const ForeignList& a, const ForeignList& b) {
  return std::ranges::equal(a.octets(), b.octets());
}

void read_text(std::string_view text) {
  if (const auto list = decode_bitstring(text); accepted(list)) {
    check_list(*list);
    const Bytes gzipped = compress(list->octets(), Wrapping::gzip);
    const auto again = decode_bitstring(bitstring_text(gzipped));
    check(again && same_octets(*again, *list), "bitstring round trip");
    const auto ebsi = decode_status_list_2021(status_list_2021_text(gzipped));
    check(ebsi && same_octets(*ebsi, *list), "the same list for EBSI");
  }
  if (const auto list = decode_status_list_2021(text); accepted(list)) check_list(*list);
  for (const std::uint64_t bits : {1U, 2U, 4U, 8U}) {
    const auto list = decode_token_list(text, bits);
    if (!accepted(list)) break;
    check_list(*list);
    const auto again = decode_token_list(ByteView(compress(list->octets(), Wrapping::zlib)), bits);
    check(again && same_octets(*again, *list), "token list round trip");
  }
}

void read_document(const ListResult<ForeignDocument>& document) {
  if (accepted(document)) check_list(document->list);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteView bytes(data, size);
  const std::string_view text = fuzz::text_of(data, size);
  const ExpectedList expected{.uri = "https://a.example/1", .now_ms = 1'790'000'000'000};
  read_text(text);
  read_document(decode_bitstring_credential(text, expected));
  if (const auto jwt = crypto::parse_jws(text)) {
    read_document(decode_bitstring_jwt(*jwt, expected));
    read_document(decode_status_list_2021_jwt(*jwt, expected));
    read_document(decode_token_jwt(*jwt, expected));
  }
  if (const auto message = decode_cose_sign1(bytes)) {
    read_document(decode_token_cwt(*message, expected));
    const auto again = decode_cose_sign1(encode_cose_sign1(*message));
    check(again && again->payload == message->payload && again->kid == message->kid &&
              signed_octets(*again) == signed_octets(*message),
          "COSE round trip");
  }
  return 0;
}
