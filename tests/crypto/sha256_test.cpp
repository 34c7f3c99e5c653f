// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256.hpp"

#include <string>

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "crypto/hex.hpp"
#include "tests/crypto/random_bytes.hpp"
#include "tests/crypto/sha256_backends.hpp"

namespace kedge::crypto {
namespace {

Hash openssl_sha256(ByteView message) {
  Hash hash;
  EXPECT_EQ(EVP_Digest(message.data(), message.size(), hash.data(), nullptr, EVP_sha256(), nullptr),
            1);
  return hash;
}

std::string name_of(const testing::TestParamInfo<Sha256Backend>& info) {
  return std::string(backend_name(info.param));
}

class Sha256Test : public testing::TestWithParam<Sha256Backend> {
 protected:
  test::ForcedBackend forced_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(EveryBackend, Sha256Test, testing::ValuesIn(test::sha256_backends()),
                         name_of);

TEST_P(Sha256Test, IsTheBackendAskedFor) {
  EXPECT_EQ(sha256_backend(), GetParam());
}

// FIPS 180-4 examples (NIST "SHA256.pdf" and the long message of the CAVP introduction).
TEST_P(Sha256Test, KnownAnswers) {
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(
      to_hex(sha256(as_bytes("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
                             "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"))),
      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  EXPECT_EQ(to_hex(sha256(as_bytes(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_P(Sha256Test, EveryShortLengthAgreesWithOpenSsl) {
  const Bytes data = test::pseudo_random(1024, 1);
  for (std::size_t size = 0; size <= data.size(); ++size) {
    const ByteView message = ByteView(data).first(size);
    ASSERT_EQ(to_hex(sha256(message)), to_hex(openssl_sha256(message))) << size;
  }
}

TEST_P(Sha256Test, EveryAlignmentAgreesWithOpenSsl) {
  const Bytes data = test::pseudo_random(300, 2);
  for (std::size_t begin = 0; begin < 64; ++begin) {
    const ByteView message = ByteView(data).subspan(begin, 200);
    ASSERT_EQ(sha256(message), openssl_sha256(message)) << begin;
  }
}

TEST_P(Sha256Test, EverySplitInTwoGivesTheOneShotHash) {
  const Bytes data = test::pseudo_random(260, 3);
  for (const std::size_t size : std::initializer_list<std::size_t>{0, 1, 55, 56, 63, 64, 65, 127,
                                                                   128, 129, 191, 192, 193, 260}) {
    const ByteView message = ByteView(data).first(size);
    const Hash expected = sha256(message);
    for (std::size_t cut = 0; cut <= size; ++cut) {
      Sha256 hasher;
      hasher.update(message.first(cut)).update(message.subspan(cut));
      ASSERT_EQ(hasher.finish(), expected) << size << " cut at " << cut;
    }
  }
}

TEST_P(Sha256Test, ManyPartsOfEverySizeGiveTheOneShotHash) {
  const Bytes data = test::pseudo_random(1000, 4);
  const Hash expected = openssl_sha256(data);
  for (std::size_t part = 1; part <= 200; ++part) {
    Sha256 hasher;
    for (ByteView rest = data; !rest.empty();) {
      const ByteView head = rest.first(std::min(part, rest.size()));
      hasher.update(head);
      rest = rest.subspan(head.size());
    }
    ASSERT_EQ(hasher.finish(), expected) << "parts of " << part;
  }
}

TEST_P(Sha256Test, FinishBeginsANewMessage) {
  Sha256 hasher;
  hasher.update(as_bytes("something before"));
  static_cast<void>(hasher.finish());
  EXPECT_EQ(hasher.update(as_bytes("abc")).finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(hasher.finish(), sha256({}));
}

TEST_P(Sha256Test, ACopyGoesItsOwnWay) {
  Sha256 first;
  first.update(as_bytes("ab"));
  Sha256 second = first;
  first.update(as_bytes("c"));
  second.update(as_bytes("d"));
  EXPECT_EQ(first.finish(), sha256(as_bytes("abc")));
  EXPECT_EQ(second.finish(), sha256(as_bytes("abd")));
}

// The length is counted in code that all backends share; the fastest one saves time.
TEST(Sha256, LengthsBeyondThirtyTwoBitsAreCounted) {
  const Bytes part = test::pseudo_random(1 << 20, 5);
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ASSERT_EQ(EVP_DigestInit_ex(context, EVP_sha256(), nullptr), 1);
  Sha256 hasher;
  // 2^29 octets are 2^32 bits: the first length that does not fit into the low word.
  constexpr int kParts = 513;
  for (int i = 0; i < kParts; ++i) {
    hasher.update(part);
    ASSERT_EQ(EVP_DigestUpdate(context, part.data(), part.size()), 1);
  }
  Hash expected;
  ASSERT_EQ(EVP_DigestFinal_ex(context, expected.data(), nullptr), 1);
  EVP_MD_CTX_free(context);
  EXPECT_EQ(hasher.finish(), expected);
}

}  // namespace
}  // namespace kedge::crypto
