// SPDX-License-Identifier: Apache-2.0
#include "node/status/foreign_list.hpp"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "crypto/base64.hpp"
#include "crypto/cbor.hpp"
#include "crypto/hex.hpp"
#include "crypto/rfc3339.hpp"
#include "crypto/sha256.hpp"
#include "node/status/foreign_document.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::test {
namespace {

using nlohmann::json;
using namespace kedge::node;

json read_json(const std::filesystem::path& path) {
  return json::parse(read_file(path));
}

std::map<std::uint64_t, unsigned> nonzero(const ForeignList& list) {
  std::map<std::uint64_t, unsigned> out;
  for (std::uint64_t i = 0; i < list.size(); ++i) {
    if (const std::uint8_t value = *list.value(i); value != 0) out[i] = value;
  }
  return out;
}

std::map<std::uint64_t, unsigned> ones(const json& indexes) {
  std::map<std::uint64_t, unsigned> out;
  for (const json& index : indexes) out[index.get<std::uint64_t>()] = 1;
  return out;
}

std::string hash_text(ByteView octets) {
  return crypto::to_hex(crypto::sha256(octets));
}

TEST(StatusVectors, TheSameStatusesInAllThreeEncodings) {
  KEDGE_NEEDS_VECTORS("status");
  const json cross = read_json(vectors / "status-list-cross.json");
  const auto expected = ones(cross["indices"]);

  const json& w3c = cross["bitstringStatusListV1"];
  const auto bitstring = decode_bitstring(w3c["encodedList"].get<std::string>());
  ASSERT_TRUE(bitstring) << bitstring.refusal().message;
  EXPECT_EQ(nonzero(*bitstring), expected);
  EXPECT_EQ(hash_text(bitstring->octets()), w3c["uncompressedSha256"]);

  const auto text = cross["statusList2021_EBSI"]["encodedList"].get<std::string>();
  const auto ebsi = decode_status_list_2021(text);
  ASSERT_TRUE(ebsi) << ebsi.refusal().message;
  EXPECT_EQ(nonzero(*ebsi), expected);
  EXPECT_EQ(nonzero(*decode_status_list_2021(text.substr(0, text.find('=')))), expected);

  const json& tsl = cross["tokenStatusList"];
  const auto token = decode_token_list(std::string_view(tsl["lst"].get<std::string>()),
                                       tsl["bits"].get<std::uint64_t>());
  ASSERT_TRUE(token) << token.refusal().message;
  EXPECT_EQ(nonzero(*token), expected);
  EXPECT_EQ(hash_text(token->octets()), tsl["uncompressedSha256"]);

  // The trap: octets of one order read in the other give other statuses, without any error.
  const Bytes octets(bitstring->octets().begin(), bitstring->octets().end());
  EXPECT_EQ(nonzero(ForeignList(octets, 1, BitOrder::least_significant_first)),
            ones(cross["negative"]["msbIndexReadAsLsb"]));
}

TEST(StatusVectors, TokenStatusListExamples) {
  KEDGE_NEEDS_VECTORS("status/tsl");
  const json all = read_json(vectors / "tsl-vectors.json");
  ASSERT_GE(all["vectors"].size(), 4U);
  for (const auto& [name, vector] : all["vectors"].items()) {
    const auto list = decode_token_list(std::string_view(vector["lst"].get<std::string>()),
                                        vector["bits"].get<std::uint64_t>());
    ASSERT_TRUE(list) << name << ": " << list.refusal().message;
    EXPECT_EQ(list->octets().size(), vector["bytes"]) << name;
    EXPECT_EQ(list->size(), vector["entries"]) << name;
    std::map<std::uint64_t, unsigned> expected;
    for (const auto& [index, value] : vector["nonzero"].items()) {
      expected[std::stoull(index)] = value.get<unsigned>();
    }
    EXPECT_EQ(nonzero(*list), expected) << name;
  }
}

TEST(StatusVectors, EbsiLists) {
  KEDGE_NEEDS_VECTORS("ebsi/statuslist");
  const json all = read_json(vectors / "encoded-lists.json");
  for (const json& vector : all) {
    const auto list = decode_status_list_2021(vector["encodedList"].get<std::string>());
    ASSERT_EQ(list.has_value(), vector["acceptedByPublishedEbsiLibStrictBase64"].get<bool>())
        << vector["name"];
    if (!list) {
      EXPECT_EQ(list.refusal().fault, ListFault::wrong_alphabet);
      continue;
    }
    EXPECT_EQ(list->octets().size(), vector["bytes"]);
    EXPECT_EQ(hash_text(list->octets()), vector["sha256"]);
    EXPECT_EQ(nonzero(*list), ones(vector["indexesSetMsbFirst"]));
  }
}

/// The hex of a Markdown source, its lines joined, or its text alike.
std::string joined(const std::filesystem::path& path) {
  std::string text = read_file(path);
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r' || c == ' '; });
  return text;
}

TEST(StatusVectors, TokenInJwtAndCwt) {
  KEDGE_NEEDS_VECTORS("status/tsl");
  ExpectedList expected{.uri = "https://example.com/statuslists/1",
                        .issuer = "https://example.com",
                        .now_ms = 1'700'000'000'000};
  const std::map<std::uint64_t, unsigned> statuses =
      ones(json::array({0, 3, 4, 5, 7, 8, 9, 13, 15}));

  const std::string token = joined(vectors / "status_list_jwt_raw.md");
  const auto jwt = crypto::parse_jws(token);
  ASSERT_TRUE(jwt) << jwt.error().message;
  const auto from_jwt = decode_token_jwt(*jwt, expected);
  ASSERT_TRUE(from_jwt) << from_jwt.refusal().message;
  EXPECT_EQ(nonzero(from_jwt->list), statuses);
  EXPECT_EQ(from_jwt->ttl_ms, 43'200'000U);
  EXPECT_EQ(from_jwt->valid_until_ms, 2'291'720'170'000U);
  EXPECT_EQ(from_jwt->issuer, "https://example.com");

  const auto octets = crypto::from_hex(joined(vectors / "status_list_cwt.md"));
  ASSERT_TRUE(octets);
  const auto message = decode_cose_sign1(*octets);
  ASSERT_TRUE(message) << message.error().field << message.error().message;
  EXPECT_EQ(message->algorithm, -7);
  EXPECT_EQ(as_text(message->kid), "12");
  const auto from_cwt = decode_token_cwt(*message, expected);
  ASSERT_TRUE(from_cwt) << from_cwt.refusal().message;
  EXPECT_EQ(nonzero(from_cwt->list), statuses);
  EXPECT_EQ(from_cwt->ttl_ms, 43'200'000U);

  for (std::size_t size = 0; size < octets->size(); ++size) {
    EXPECT_FALSE(decode_cose_sign1(ByteView(*octets).first(size))) << size;
  }
}

TEST(StatusVectors, TokenListsInCbor) {
  KEDGE_NEEDS_VECTORS("status/tsl");
  const json all = read_json(vectors / "tsl-vectors.json")["vectors"];
  const std::map<std::string, std::string> same = {{"status_list_encoding1_long_cbor.md", "1_long"},
                                                   {"status_list_encoding2_long_cbor.md", "2_long"},
                                                   {"status_list_encoding4_cbor.md", "4"},
                                                   {"status_list_encoding8_cbor.md", "8"},
                                                   {"status_list_encoding_cbor.md", ""}};
  for (const auto& [file, name] : same) {
    // {"bits": n, "lst": h'78da…'}: the list alone, without a token around it.
    std::string text = joined(vectors / file);
    if (const std::size_t at = text.find("encoded:"); at != text.npos) text = text.substr(at + 8);
    const auto octets = crypto::from_hex(text);
    ASSERT_TRUE(octets) << file;
    CborReader reader(*octets);
    ASSERT_EQ(reader.map("list"), 2U);
    EXPECT_EQ(reader.text("list"), "bits");
    const std::uint64_t bits = reader.integer("list");
    EXPECT_EQ(reader.text("list"), "lst");
    const auto list = decode_token_list(reader.bytes("list"), bits);
    reader.finish();
    EXPECT_TRUE(reader.ok()) << file;
    ASSERT_TRUE(list) << list.refusal().message;
    if (name.empty()) {
      EXPECT_EQ(nonzero(*list), ones(json::array({0, 3, 4, 5, 7, 8, 9, 13, 15})));
      continue;
    }
    const auto in_json =
        decode_token_list(std::string_view(all[name]["lst"].get<std::string>()), bits);
    EXPECT_TRUE(std::ranges::equal(list->octets(), in_json->octets())) << file;
  }
}

TEST(StatusVectors, TheRegistrysExampleJwt) {
  KEDGE_NEEDS_VECTORS("ebsi/jwt");
  const std::string token = joined(vectors / "tir-openapi-statuslist2021.es256k.jwt");
  const auto jwt = crypto::parse_jws(token);
  ASSERT_TRUE(jwt);
  ExpectedList expected{.uri = "https://example.net/cred/1",
                        .issuer = "did:ebsi:zpiDJ6ZXLgNe7PeS27cthTF",
                        .purpose = StatusPurpose::revocation,
                        .now_ms = *crypto::parse_rfc3339("2026-01-01T00:00:00.000Z")};
  // All claims agree; the list itself is in the alphabet that EBSI's verifier refuses.
  EXPECT_EQ(decode_status_list_2021_jwt(*jwt, expected).refusal().fault, ListFault::wrong_alphabet);
  expected.purpose = StatusPurpose::suspension;
  EXPECT_EQ(decode_status_list_2021_jwt(*jwt, expected).refusal().fault, ListFault::wrong_purpose);
}

}  // namespace
}  // namespace kedge::test
