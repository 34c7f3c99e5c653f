// SPDX-License-Identifier: Apache-2.0
#include "crypto/kdf.hpp"

#include <gtest/gtest.h>

#include "crypto/aes_ctr.hpp"
#include "crypto/hex.hpp"

namespace kedge::crypto {
namespace {

// RFC 7914 section 12; the last of its cases takes a gigabyte and is left out.
TEST(Scrypt, KnownAnswersOfTheRfc) {
  EXPECT_EQ(to_hex(*scrypt("", {}, {16, 1, 1}, 64)),
            "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
            "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906");
  EXPECT_EQ(to_hex(*scrypt("password", as_bytes("NaCl"), {1024, 8, 16}, 64)),
            "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
            "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640");
  EXPECT_EQ(to_hex(*scrypt("pleaseletmein", as_bytes("SodiumChloride"), {16384, 8, 1}, 64)),
            "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
            "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887");
}

TEST(Scrypt, RefusesACostThatIsNoPowerOfTwo) {
  EXPECT_FALSE(scrypt("p", as_bytes("s"), {15, 1, 1}, 32));
  EXPECT_FALSE(scrypt("p", as_bytes("s"), {1, 1, 1}, 32));
  EXPECT_FALSE(scrypt("p", as_bytes("s"), {16, 0, 1}, 32));
}

// RFC 7914 section 11.
TEST(Pbkdf2, KnownAnswersOfTheRfc) {
  EXPECT_EQ(to_hex(*pbkdf2_sha256("passwd", as_bytes("salt"), 1, 64)),
            "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
            "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783");
  EXPECT_EQ(to_hex(*pbkdf2_sha256("Password", as_bytes("NaCl"), 80000, 64)),
            "4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56"
            "a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d");
  EXPECT_FALSE(pbkdf2_sha256("p", as_bytes("s"), 0, 32));
  EXPECT_FALSE(pbkdf2_sha256("p", as_bytes("s"), UINT32_MAX, 32));
}

// NIST SP 800-38A, F.5.1.
TEST(Aes128Ctr, KnownAnswerOfNist) {
  std::array<std::uint8_t, 16> key;
  std::array<std::uint8_t, 16> counter;
  ASSERT_TRUE(decode_hex("2b7e151628aed2a6abf7158809cf4f3c", key));
  ASSERT_TRUE(decode_hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", counter));
  const Bytes plain = *from_hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
  const auto cipher = aes128_ctr(key, counter, plain);
  ASSERT_TRUE(cipher);
  EXPECT_EQ(to_hex(*cipher), "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
  EXPECT_EQ(*aes128_ctr(key, counter, *cipher), plain);
}

}  // namespace
}  // namespace kedge::crypto
