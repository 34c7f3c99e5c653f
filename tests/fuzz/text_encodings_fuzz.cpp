// SPDX-License-Identifier: Apache-2.0
// hex, base64, base58btc, multibase, multihash, varint: what decodes is what its octets encode to.
#include <algorithm>

#include "crypto/base58.hpp"
#include "crypto/base64.hpp"
#include "crypto/hex.hpp"
#include "crypto/multibase.hpp"
#include "crypto/multihash.hpp"
#include "crypto/varint.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace kedge;
using namespace kedge::crypto;
using fuzz::check;

namespace {

void decode_text(std::string_view text) {
  if (const auto bytes = from_hex(text)) check(to_hex(*bytes) == text, "hex is canonical");
  if (const auto bytes = base64_decode(text)) {
    check(base64_encode(*bytes) == text, "base64 is canonical");
  }
  if (const auto bytes = base64url_decode(text)) {
    check(base64url_encode(*bytes) == text, "base64url is canonical");
  }
  if (text.size() <= 200) {
    if (const auto bytes = base58btc_decode(text)) {
      check(base58btc_encode(*bytes) == text, "base58btc is canonical");
    }
  }
  if (const auto value = multibase_decode(text)) {
    if (value->base == Multibase::base58btc && value->bytes.size() > kBase58MaxBytes) return;
    std::string again = multibase_encode(value->base, value->bytes);
    // Letters of base16 and base32 may have either case.
    constexpr std::string_view kCaseless = "fFbB";
    const bool caseless = kCaseless.find(text.front()) != std::string_view::npos;
    const auto same = [&](char a, char b) {
      return a == b ||
             (caseless && (a ^ b) == 0x20 && std::max(a, b) >= 'a' && std::max(a, b) <= 'z');
    };
    check(std::ranges::equal(again, text, same), "multibase is canonical but for case");
  }
}

void decode_bytes(ByteView bytes) {
  if (const auto multihash = multihash_decode(bytes)) {
    check(std::ranges::equal(multihash_encode(multihash->code, multihash->digest), bytes),
          "multihash is canonical");
  }
  if (const auto varint = read_varint(bytes)) {
    Bytes again;
    append_varint(again, varint->value);
    check(std::ranges::equal(again, bytes.first(varint->size)), "varint is canonical");
  }
}

void encode_bytes(ByteView bytes) {
  check(std::ranges::equal(*from_hex(to_hex(bytes)), bytes), "hex round trip");
  check(std::ranges::equal(*base64_decode(base64_encode(bytes)), bytes), "base64 round trip");
  check(std::ranges::equal(*base64url_decode(base64url_encode(bytes)), bytes),
        "base64url round trip");
  const ByteView head = bytes.first(std::min<std::size_t>(bytes.size(), 100));
  for (const char prefix : std::string_view("fFbBzmMuU")) {
    const auto base = static_cast<Multibase>(prefix);
    const auto value = multibase_decode(multibase_encode(base, head));
    check(value && value->base == base && std::ranges::equal(value->bytes, head),
          "multibase round trip");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  decode_text(fuzz::text_of(data, size));
  decode_bytes({data, size});
  encode_bytes({data, size});
  return 0;
}
