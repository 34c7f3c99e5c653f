// SPDX-License-Identifier: Apache-2.0
#include "crypto/keys.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "tests/crypto/jose_support.hpp"

namespace kedge::crypto {
namespace {

using test::fixed_key;
using test::kKeyTypes;
using test::octets;

const Bytes kMessage = {'k', 'e', 'd', 'g', 'e'};

/// Orders of the curves, big-endian.
Bytes order(KeyType type) {
  return octets(type == KeyType::p256
                    ? "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"
                    : "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
}

/// n - s, the other half of an ECDSA signature's malleability.
Bytes negated(const Bytes& signature, KeyType type) {
  Bytes out = signature;
  const Bytes n = order(type);
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int difference = n[i] - signature[32 + i] - borrow;
    borrow = difference < 0 ? 1 : 0;
    out[32 + i] = static_cast<std::uint8_t>(difference + 256 * borrow);
  }
  return out;
}

TEST(Keys, NamesAreStable) {
  EXPECT_EQ(key_type_name(KeyType::ed25519), "ed25519");
  EXPECT_EQ(key_type_name(KeyType::p256), "p256");
  EXPECT_EQ(key_type_name(KeyType::secp256k1), "secp256k1");
  for (const KeyType type : kKeyTypes) EXPECT_EQ(*key_type_from_name(key_type_name(type)), type);
  EXPECT_FALSE(key_type_from_name("P256"));
  EXPECT_FALSE(key_type_from_name(""));
}

TEST(Keys, EverySignatureVerifiesAndEveryFlippedBitDoesNot) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = *SecretKey::generate(type);
    const Bytes signature = *key.sign(kMessage);
    ASSERT_EQ(signature.size(), kSignatureSize);
    ASSERT_TRUE(key.public_key().verify(kMessage, signature)) << key_type_name(type);
    for (std::size_t bit = 0; bit < 8 * signature.size(); ++bit) {
      Bytes other = signature;
      other[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      EXPECT_FALSE(key.public_key().verify(kMessage, other)) << key_type_name(type) << " " << bit;
    }
    Bytes message = kMessage;
    message[0] ^= 1;
    EXPECT_FALSE(key.public_key().verify(message, signature));
    EXPECT_FALSE(key.public_key().verify({}, signature));
  }
}

TEST(Keys, SignaturesHave64Octets) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = fixed_key(type);
    Bytes signature = *key.sign(kMessage);
    signature.push_back(0);
    EXPECT_FALSE(key.public_key().verify(kMessage, signature));
    signature.resize(63);
    const Status status = key.public_key().verify(kMessage, signature);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, Errc::invalid_argument);
    EXPECT_EQ(status.error().message, "the signature has 63 octets instead of 64");
    EXPECT_FALSE(key.public_key().verify(kMessage, {}));
  }
}

TEST(Keys, EcdsaEmitsLowSAndAcceptsHighS) {
  for (const KeyType type : {KeyType::p256, KeyType::secp256k1}) {
    const SecretKey key = fixed_key(type);
    // P-256 draws its nonce, so that without normalisation about half of these would be high.
    for (std::uint8_t i = 0; i < 64; ++i) {
      const Bytes message = {i};
      const Bytes signature = *key.sign(message);
      const Bytes high = negated(signature, type);
      EXPECT_LT(Bytes(signature.begin() + 32, signature.end()),
                Bytes(high.begin() + 32, high.end()));
      EXPECT_TRUE(key.public_key().verify(message, high));
    }
  }
}

TEST(Keys, EmptyMessagesCanBeSigned) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = fixed_key(type);
    EXPECT_TRUE(key.public_key().verify({}, *key.sign({})));
  }
}

TEST(Keys, DeterministicWhereTheLibraryIs) {
  for (const KeyType type : {KeyType::ed25519, KeyType::secp256k1}) {
    EXPECT_EQ(*fixed_key(type).sign(kMessage), *fixed_key(type).sign(kMessage));
  }
}

TEST(Keys, Rfc8032Test2) {
  const SecretKey key = *SecretKey::from_bytes(
      KeyType::ed25519, octets("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"));
  EXPECT_EQ(to_hex(key.public_key().bytes()),
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  EXPECT_EQ(to_hex(*key.sign(octets("72"))),
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

TEST(Keys, Rfc6979P256PublicKey) {
  const SecretKey key = *SecretKey::from_bytes(
      KeyType::p256, octets("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"));
  EXPECT_EQ(to_hex(key.public_key().uncompressed()),
            "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
            "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299");
}

TEST(Keys, Secp256k1OfOneIsTheGenerator) {
  Bytes one(32, 0);
  one.back() = 1;
  EXPECT_EQ(to_hex(SecretKey::from_bytes(KeyType::secp256k1, one)->public_key().bytes()),
            "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
}

TEST(Keys, PrivateKeysOutOfRangeAreRefused) {
  for (const KeyType type : {KeyType::p256, KeyType::secp256k1}) {
    EXPECT_FALSE(SecretKey::from_bytes(type, Bytes(32, 0)));
    EXPECT_FALSE(SecretKey::from_bytes(type, Bytes(32, 0xff)));
    Bytes n = order(type);
    EXPECT_FALSE(SecretKey::from_bytes(type, n));
    --n.back();
    EXPECT_TRUE(SecretKey::from_bytes(type, n));
  }
  for (const KeyType type : kKeyTypes) {
    EXPECT_FALSE(SecretKey::from_bytes(type, {}));
    EXPECT_FALSE(SecretKey::from_bytes(type, Bytes(31, 1)));
    EXPECT_FALSE(SecretKey::from_bytes(type, Bytes(33, 1)));
  }
}

TEST(Keys, PublicKeysRoundTripInBothForms) {
  for (const KeyType type : kKeyTypes) {
    const PublicKey key = fixed_key(type).public_key();
    EXPECT_EQ(key.bytes().size(), type == KeyType::ed25519 ? 32U : 33U);
    EXPECT_EQ(key.uncompressed().size(), type == KeyType::ed25519 ? 32U : 65U);
    EXPECT_EQ(*PublicKey::from_bytes(type, key.bytes()), key);
    EXPECT_EQ(*PublicKey::from_bytes(type, key.uncompressed()), key);
    EXPECT_FALSE(fixed_key(type, 0x43).public_key() == key);
  }
}

TEST(Keys, PointsOffTheCurveAndOtherEncodingsAreRefused) {
  for (const KeyType type : {KeyType::p256, KeyType::secp256k1}) {
    Bytes point = fixed_key(type).public_key().uncompressed();
    point.back() ^= 1;
    EXPECT_FALSE(PublicKey::from_bytes(type, point));
    point.back() ^= 1;
    // SEC 1 knows hybrid points (6, 7) and the point at infinity (0); JOSE and Multikey do not.
    for (const std::uint8_t prefix : Bytes{0x00, 0x02, 0x05, 0x06, 0x07}) {
      point.front() = prefix;
      EXPECT_FALSE(PublicKey::from_bytes(type, point)) << int{prefix};
    }
    EXPECT_FALSE(PublicKey::from_bytes(type, {}));
    EXPECT_FALSE(PublicKey::from_bytes(type, Bytes{0}));
    EXPECT_FALSE(PublicKey::from_bytes(type, Bytes(33, 0xff)));
    EXPECT_FALSE(PublicKey::from_bytes(type, Bytes(64, 4)));
  }
  EXPECT_FALSE(PublicKey::from_bytes(KeyType::ed25519, Bytes(31, 1)));
  EXPECT_FALSE(PublicKey::from_bytes(KeyType::ed25519, Bytes(33, 2)));
}

TEST(Keys, AKeyOfOneTypeDoesNotVerifyForAnother) {
  for (const KeyType signer : kKeyTypes) {
    for (const KeyType verifier : kKeyTypes) {
      const bool verified = bool(
          fixed_key(verifier).public_key().verify(kMessage, *fixed_key(signer).sign(kMessage)));
      EXPECT_EQ(verified, signer == verifier);
    }
  }
}

TEST(Keys, MovingKeepsTheKey) {
  for (const KeyType type : kKeyTypes) {
    SecretKey first = fixed_key(type);
    SecretKey second = std::move(first);
    SecretKey third = fixed_key(type, 0x11);
    third = std::move(second);
    EXPECT_EQ(Bytes(third.bytes().begin(), third.bytes().end()), Bytes(32, 0x42));
    EXPECT_TRUE(fixed_key(type).public_key().verify(kMessage, *third.sign(kMessage)));
  }
}

TEST(Keys, GeneratedKeysDiffer) {
  for (const KeyType type : kKeyTypes) {
    EXPECT_FALSE(SecretKey::generate(type)->public_key() ==
                 SecretKey::generate(type)->public_key());
  }
}

TEST(Keys, OneKeyServesManyThreads) {
  for (const KeyType type : kKeyTypes) {
    const SecretKey key = fixed_key(type);
    std::atomic<int> good = 0;
    std::vector<std::jthread> threads;
    for (std::uint8_t thread = 0; thread < 4; ++thread) {
      threads.emplace_back([&, thread] {
        for (std::uint8_t i = 0; i < 25; ++i) {
          const Bytes message = {thread, i};
          const PublicKey copy = key.public_key();
          good += copy.verify(message, *key.sign(message)) ? 1 : 0;
        }
      });
    }
    threads.clear();
    EXPECT_EQ(good, 100) << key_type_name(type);
  }
}

}  // namespace
}  // namespace kedge::crypto
