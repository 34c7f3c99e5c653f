// SPDX-License-Identifier: Apache-2.0
#include "crypto/multihash.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <openssl/evp.h>

#include "crypto/hex.hpp"
#include "crypto/multibase.hpp"
#include "crypto/sha256.hpp"
#include "tests/support/vectors.hpp"

namespace kedge::crypto {
namespace {

TEST(Multihash, OfficialTestCases) {
  KEDGE_NEEDS_VECTORS("keys/multiformats/multihash/test_cases.csv");
  // The table calls SHA3 of any length "sha3"; its code depends on the length of the full digest.
  const std::map<std::string, std::pair<std::uint64_t, const char*>> algorithms = {
      {"sha1", {0x11, "SHA1"}}, {"sha2-256", {0x12, "SHA256"}}, {"sha2-512", {0x13, "SHA512"}}};
  std::istringstream lines(test::read_file(vectors));
  std::string line;
  std::getline(lines, line);
  ASSERT_EQ(line, "algorithm,bits,input,multihash");
  int rows = 0;
  while (std::getline(lines, line)) {
    std::istringstream fields(line);
    std::string algorithm, bits, input, expected;
    std::getline(fields, algorithm, ',');
    std::getline(fields, bits, ',');
    std::getline(fields, input, ',');
    std::getline(fields, expected, ',');
    const Bytes bytes = *from_hex(expected);
    const auto decoded = multihash_decode(bytes);
    ASSERT_TRUE(decoded) << line;
    EXPECT_EQ(8 * decoded->digest.size(), std::stoul(bits)) << line;
    EXPECT_EQ(multihash_encode(decoded->code, decoded->digest), bytes) << line;
    if (const auto known = algorithms.find(algorithm); known != algorithms.end()) {
      EXPECT_EQ(decoded->code, known->second.first) << line;
      unsigned char digest[EVP_MAX_MD_SIZE];
      // The input is hashed as the text that stands there.
      ASSERT_EQ(EVP_Digest(input.data(), input.size(), digest, nullptr,
                           EVP_get_digestbyname(known->second.second), nullptr),
                1);
      EXPECT_TRUE(std::equal(decoded->digest.begin(), decoded->digest.end(), digest)) << line;
    }
    ++rows;
  }
  EXPECT_EQ(rows, 260);
}

TEST(Multihash, DigestEncodings) {
  KEDGE_NEEDS_VECTORS("credentials/digest-encodings.json");
  const auto cases = nlohmann::json::parse(test::read_file(vectors)).at("cases");
  ASSERT_FALSE(cases.empty());
  for (const auto& item : cases) {
    const auto text = [&](const char* name) { return item.at(name).get<std::string>(); };
    const Hash hash = sha256(as_bytes(text("utf8")));
    EXPECT_EQ(to_hex(hash), text("sha256"));
    const Bytes multihash = multihash_encode(kMultihashSha256, hash);
    EXPECT_EQ(to_hex(multihash), text("multihashHex"));
    EXPECT_EQ(multibase_encode(Multibase::base58btc, multihash), text("digestMultibase_z"));
    EXPECT_EQ(multibase_encode(Multibase::base64url, multihash), text("digestMultibase_u"));
    for (const char* name : {"digestMultibase_z", "digestMultibase_u"}) {
      const auto decoded = multibase_decode(text(name));
      ASSERT_TRUE(decoded) << name;
      const auto back = sha256_from_multihash(decoded->bytes);
      ASSERT_TRUE(back) << name;
      EXPECT_EQ(*back, hash);
    }
    const auto cid = multibase_decode(text("cidV1RawBase32"));
    ASSERT_TRUE(cid);
    EXPECT_EQ(to_hex(cid->bytes), "0155" + text("multihashHex"));
    EXPECT_EQ(multibase_encode(Multibase::base32, cid->bytes), text("cidV1RawBase32"));
  }
}

TEST(Multihash, RefusesWhatIsNotExactlyOneMultihash) {
  const Bytes good = multihash_encode(kMultihashSha256, sha256({}));
  ASSERT_TRUE(sha256_from_multihash(good));
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(multihash_decode(ByteView(good).first(cut))) << cut;
  }
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_FALSE(multihash_decode(longer));
  EXPECT_FALSE(multihash_decode(*from_hex("920000")));
  EXPECT_FALSE(multihash_decode(*from_hex("128000")));
  EXPECT_TRUE(multihash_decode(multihash_encode(0, Bytes(kMultihashMaxDigest))));
  EXPECT_FALSE(multihash_decode(multihash_encode(0, Bytes(kMultihashMaxDigest + 1))));
}

TEST(Multihash, OnlyAFullSha256IsADigest) {
  const Hash hash = sha256(as_bytes("x"));
  EXPECT_FALSE(sha256_from_multihash(multihash_encode(0x11, hash)));
  EXPECT_FALSE(sha256_from_multihash(multihash_encode(kMultihashSha256, ByteView(hash).first(20))));
}

}  // namespace
}  // namespace kedge::crypto
