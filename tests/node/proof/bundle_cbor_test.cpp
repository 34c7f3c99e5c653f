// SPDX-License-Identifier: Apache-2.0
#include "node/proof/bundle_cbor.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/cbor.hpp"
#include "crypto/hex.hpp"
#include "node/proof/bundle_json.hpp"
#include "tests/node/proof/sample_bundle.hpp"

namespace kedge::node {
namespace {

using nlohmann::json;

/// Byte strings as hex, for a comparison with the JSON form.
json hex_of_binaries(const json& value) {
  if (value.is_binary()) return crypto::to_hex(value.get_binary());
  json copy = value;
  if (value.is_structured()) {
    for (json& element : copy) element = hex_of_binaries(element);
  }
  return copy;
}

class BundleCbor : public testing::Test {
 protected:
  /// The sample with the first `from` replaced by `to`.
  Bytes with(std::string_view from, std::string_view to) const {
    std::string text(as_text(bytes_));
    const std::size_t at = text.find(from);
    if (at == std::string::npos) throw std::runtime_error("not in the sample");
    text.replace(at, from.size(), to);
    return {text.begin(), text.end()};
  }
  static void expect_refused(const Bytes& bytes, const std::string& field) {
    const auto bundle = bundle_from_cbor(bytes);
    ASSERT_FALSE(bundle);
    EXPECT_EQ(bundle.error().code, Errc::invalid_argument);
    EXPECT_EQ(bundle.error().field, field) << bundle.error().message;
  }

  test::SampleBundle sample_;
  Bytes bytes_ = bundle_to_cbor(sample_.bundle);
};

TEST_F(BundleCbor, IsTheJsonFormForAnotherReader) {
  const json read = json::from_cbor(bytes_);
  EXPECT_TRUE(read["batch"]["entry"].is_binary());
  EXPECT_TRUE(read["credential"]["salt"].is_binary());
  EXPECT_TRUE(read["anchors"][0]["root"].is_binary());
  json as_json = hex_of_binaries(read);
  as_json["batch"]["entry"] = crypto::base64_encode(sample_.bundle.batch.entry);
  EXPECT_EQ(as_json, json::parse(bundle_to_json(sample_.bundle)));
}

TEST_F(BundleCbor, KeepsEverythingThatJsonCanSay) {
  Bundle bundle = sample_.bundle;
  bundle.batch.issuer = "did:web:é€😀\n";
  bundle.anchors.push_back(
      R"({"a":null,"b":true,"bb":false,"big":9007199254740991,"ledger":"evm","neg":-1,)"
      R"("nested":[[],{},[{"x":-9007199254740991}]],"not-a-hash":")" +
      std::string(64, 'A') + R"(","é":")" + std::string(64, 'a') + "\"}");
  bundle.status = R"({"chunk":[1,24,255,256,65535,65536,4294967295,4294967296],"":"empty"})";
  const auto canonical = bundle_from_json(bundle_to_json(bundle));
  ASSERT_TRUE(canonical) << canonical.error().message;
  const std::string text = bundle_to_json(*canonical);
  const Bytes bytes = bundle_to_cbor(*canonical);
  const auto read = bundle_from_cbor(bytes);
  ASSERT_TRUE(read) << read.error().field << ": " << read.error().message;
  EXPECT_EQ(*read, *canonical);
  EXPECT_EQ(bundle_to_json(*read), text);
  EXPECT_EQ(bundle_to_cbor(*read), bytes);
}

TEST_F(BundleCbor, IsSmallerThanJson) {
  EXPECT_LT(bytes_.size() * 3, bundle_to_json(sample_.bundle).size() * 2);
}

TEST_F(BundleCbor, RefusesEveryOtherEncoding) {
  using namespace std::string_view_literals;
  Bytes longer = bytes_;
  longer.push_back(0);
  expect_refused(longer, "");
  // Shortest form: 4 as one octet, 4 as two.
  expect_refused(with("index\x04\x66issuer"sv, "index\x18\x04\x66issuer"sv), "batch.index");
  // Indefinite length, tag, float.
  expect_refused(with("index\x04\x66issuer"sv, "index\x5f\x66issuer"sv), "batch.index");
  expect_refused(with("index\x04\x66issuer"sv, "index\xc1\x04\x66issuer"sv), "batch.index");
  expect_refused(with("index\x04\x66issuer"sv, "index\xf9\x44\x00\x66issuer"sv), "batch.index");
  expect_refused(
      with("index\x04\x66issuer"sv, "index\x1b\x00\x20\x00\x00\x00\x00\x00\x00\x66issuer"sv),
      "batch.index");
  // Another name, another order.
  expect_refused(with("\x65index\x04"sv, "\x65indey\x04"sv), "batch");
  expect_refused(with("\x63log\xa3"sv, "\x63lof\xa3"sv), "");
  // Text for bytes and bytes for text.
  expect_refused(with("salt\x50"sv, "salt\x70"sv), "credential.salt");
  expect_refused(with("issuer\x72"sv, "issuer\x52"sv), "batch.issuer");
  // Not UTF-8.
  expect_refused(with("did:example"sv,
                      "did:\xff"
                      "xample"sv),
                 "batch.issuer");
  expect_refused(with("kedge-proof/1"sv, "kedge-proof/2"sv), "format");
  expect_refused({0xa5}, "");
  expect_refused({}, "");
}

TEST_F(BundleCbor, RefusesOtherEncodingsInsideAnchors) {
  using namespace std::string_view_literals;
  const Bundle& bundle = sample_.bundle;
  const auto with_anchor = [&bundle](ByteView anchor) {
    Bundle none = bundle;
    none.anchors.clear();
    std::string text(as_text(bundle_to_cbor(none)));
    const std::string marker =
        "\x67"
        "anchors\x80";
    text.replace(text.find(marker), marker.size(),
                 "\x67"
                 "anchors\x81" +
                     std::string(as_text(anchor)));
    return Bytes(text.begin(), text.end());
  };
  const auto anchor = [](std::string_view tail) { return Bytes(tail.begin(), tail.end()); };
  ASSERT_TRUE(bundle_from_cbor(with_anchor(anchor("\xa1\x66ledger\x61x"sv))));
  ASSERT_TRUE(bundle_from_cbor(with_anchor(anchor("\xa2\x61z\x01\x66ledger\x61x"sv))));
  // Unsorted, twice, not a map, no kind.
  expect_refused(with_anchor(anchor("\xa2\x66ledger\x61x\x61z\x01"sv)), "anchors[0]");
  expect_refused(with_anchor(anchor("\xa2\x66ledger\x61x\x66ledger\x61x"sv)), "anchors[0]");
  expect_refused(with_anchor(anchor("\x80"sv)), "anchors[0]");
  expect_refused(with_anchor(anchor("\xa1\x61z\x01"sv)), "anchors[0].ledger");
  // A hash as text, bytes that are no hash, undefined, a float, an integer beyond 53 bits.
  expect_refused(
      with_anchor(anchor("\xa2\x61z\x78\x40" + std::string(64, 'a') + "\x66ledger\x61x")),
      "anchors[0].z");
  for (const std::string_view bad :
       {"\x41z"sv, "\xf7"sv, "\xf8\x20"sv, "\xf9\x00\x00"sv, "\xc0\x01"sv,
        "\x1b\x00\x20\x00\x00\x00\x00\x00\x00"sv, "\x3b\x00\x1f\xff\xff\xff\xff\xff\xff"sv}) {
    expect_refused(with_anchor(anchor("\xa2\x61z" + std::string(bad) + "\x66ledger\x61x")),
                   "anchors[0].z");
  }
  // Nesting: the JSON form has at most 16 levels, two of them around an anchor.
  const auto nested = [&](std::size_t depth) {
    return with_anchor(anchor("\xa2\x61z" + std::string(depth, '\x81') + "\x01\x66ledger\x61x"));
  };
  ASSERT_TRUE(bundle_from_cbor(nested(13)));
  EXPECT_TRUE(bundle_from_json(bundle_to_json(*bundle_from_cbor(nested(13)))));
  EXPECT_FALSE(bundle_from_cbor(nested(14)));
  EXPECT_FALSE(bundle_from_cbor(nested(100'000)));
}

TEST_F(BundleCbor, AllocatesNothingForLengthsThatAreNotThere) {
  using namespace std::string_view_literals;
  expect_refused(with("path\x83"sv, "path\x9b\x7f\xff\xff\xff\xff\xff\xff\xff"sv), "log.path");
  expect_refused(with("salt\x50"sv, "salt\x5b\xff\xff\xff\xff\xff\xff\xff\xff"sv),
                 "credential.salt");
  expect_refused(Bytes(kMaxBundleSize + 1, 0xa0), "");
}

TEST(Cbor, WritesTheExamplesOfRfc8949) {
  // Appendix A.
  const auto integer = [](std::uint64_t value) {
    Bytes out;
    CborWriter(out).integer(value);
    return crypto::to_hex(out);
  };
  EXPECT_EQ(integer(0), "00");
  EXPECT_EQ(integer(10), "0a");
  EXPECT_EQ(integer(23), "17");
  EXPECT_EQ(integer(24), "1818");
  EXPECT_EQ(integer(100), "1864");
  EXPECT_EQ(integer(1000), "1903e8");
  EXPECT_EQ(integer(1'000'000), "1a000f4240");
  EXPECT_EQ(integer(1'000'000'000'000), "1b000000e8d4a51000");
  EXPECT_EQ(integer(18'446'744'073'709'551'615u), "1bffffffffffffffff");
  Bytes out;
  CborWriter(out).text("IETF");
  EXPECT_EQ(crypto::to_hex(out), "6449455446");
  out.clear();
  CborWriter(out).head(CborType::negative_integer, 999);
  EXPECT_EQ(crypto::to_hex(out), "3903e7");
}

TEST(Cbor, ReadsEveryWidthInItsShortestFormOnly) {
  for (int bits = 0; bits < 64; ++bits) {
    for (const std::int64_t step : {-1, 0, 1}) {
      const std::uint64_t value = (std::uint64_t{1} << bits) + static_cast<std::uint64_t>(step);
      Bytes out;
      CborWriter(out).integer(value);
      CborReader reader(out);
      EXPECT_EQ(reader.integer("x"), value);
      reader.finish();
      EXPECT_TRUE(reader.ok());
    }
  }
  for (const std::string hex : {"1817", "190017", "1900ff", "1a0000ffff", "1b00000000ffffffff"}) {
    const auto bytes = crypto::from_hex(hex);
    ASSERT_TRUE(bytes);
    CborReader reader(*bytes);
    reader.integer("x");
    EXPECT_FALSE(reader.ok()) << hex;
  }
}

}  // namespace
}  // namespace kedge::node
