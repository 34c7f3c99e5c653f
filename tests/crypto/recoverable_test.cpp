// SPDX-License-Identifier: Apache-2.0
#include "crypto/recoverable.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"

namespace kedge::crypto {
namespace {

SecretKey key_of(std::uint8_t octet) {
  return *SecretKey::from_bytes(KeyType::secp256k1, Bytes(32, octet));
}

/// n - s.
Hash negated(const Hash& s) {
  const Hash order =
      *hash_from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  Hash out{};
  int borrow = 0;
  for (std::size_t i = 32; i-- > 0;) {
    const int digit = int{order[i]} - int{s[i]} - borrow;
    borrow = digit < 0 ? 1 : 0;
    out[i] = static_cast<std::uint8_t>(digit + 256 * borrow);
  }
  return out;
}

// The example of EIP-155: digest, key and signature are printed there.
TEST(Recoverable, SignsAsEip155Prints) {
  const Hash digest =
      *hash_from_hex("daf5a779ae972f972197303d7b574746c7ef83eadac0f2791ad23db92e4c8e53");
  const auto signature = sign_recoverable(key_of(0x46), digest);
  ASSERT_TRUE(signature);
  EXPECT_EQ(to_hex(signature->r),
            "28ef61340bd939bc2195fe537567866003e1a15d3c71ff63e1590620aa636276");
  EXPECT_EQ(to_hex(signature->s),
            "67cbe9d8997f761aecb703304b3800ccf555c9f3dc64214b297fb1966a3b6d83");
  EXPECT_FALSE(signature->y_odd);
}

TEST(Recoverable, RecoversTheSignerOfEitherSAndNoOther) {
  const SecretKey key = key_of(0x11);
  const Bytes public_key = key.public_key().uncompressed();
  for (std::uint8_t i = 0; i < 32; ++i) {
    const Hash digest = sha256({&i, 1});
    const auto signature = sign_recoverable(key, digest);
    ASSERT_TRUE(signature);
    EXPECT_TRUE(is_low_s(signature->s));
    EXPECT_EQ(sign_recoverable(key, digest).has_value(), true);
    EXPECT_EQ(*sign_recoverable(key, digest), *signature);
    const auto point = recover(digest, *signature);
    ASSERT_TRUE(point);
    EXPECT_TRUE(std::equal(point->begin(), point->end(), public_key.begin() + 1));

    RecoverableSignature twin{signature->r, negated(signature->s), !signature->y_odd};
    EXPECT_FALSE(is_low_s(twin.s));
    const auto same = recover(digest, twin);
    ASSERT_TRUE(same);
    EXPECT_EQ(*same, *point);

    twin.y_odd = !twin.y_odd;
    const auto other = recover(digest, twin);
    EXPECT_TRUE(!other || *other != *point);
  }
}

TEST(Recoverable, RefusesNumbersOutsideTheOrder) {
  const Hash digest = sha256(as_bytes("x"));
  const RecoverableSignature good = *sign_recoverable(key_of(1), digest);
  const Hash order =
      *hash_from_hex("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");
  EXPECT_FALSE(recover(digest, {Hash{}, good.s, false}));
  EXPECT_FALSE(recover(digest, {good.r, Hash{}, false}));
  EXPECT_FALSE(recover(digest, {order, good.s, false}));
  EXPECT_FALSE(recover(digest, {good.r, order, false}));
}

TEST(Recoverable, LowSEndsAtHalfTheOrder) {
  Hash half = *hash_from_hex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");
  EXPECT_TRUE(is_low_s(half));
  half[31] = 0xa1;
  EXPECT_FALSE(is_low_s(half));
}

TEST(Recoverable, RefusesOtherKeys) {
  const SecretKey key = *SecretKey::from_bytes(KeyType::p256, Bytes(32, 1));
  EXPECT_THROW(static_cast<void>(sign_recoverable(key, Hash{})), std::invalid_argument);
}

}  // namespace
}  // namespace kedge::crypto
