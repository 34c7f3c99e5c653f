// SPDX-License-Identifier: Apache-2.0
#include "crypto/keccak.hpp"

#include <string>

#include <cryptopp/keccak.h>
#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "tests/crypto/random_bytes.hpp"

namespace kedge::crypto {
namespace {

// Ethereum Yellow Paper: KEC of nothing, and of the RLP of the empty trie; the transfer event of
// ERC-20; the Keccak team's answer for "abc".
TEST(Keccak, KnownAnswers) {
  EXPECT_EQ(to_hex(keccak256({})),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  const std::uint8_t empty_rlp = 0x80;
  EXPECT_EQ(to_hex(keccak256({&empty_rlp, 1})),
            "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421");
  EXPECT_EQ(to_hex(keccak256(as_bytes("abc"))),
            "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  EXPECT_EQ(to_hex(keccak256(as_bytes("Transfer(address,address,uint256)"))),
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
}

TEST(Keccak, EveryLengthAgreesWithCryptoPlusPlus) {
  const Bytes data = test::pseudo_random(700, 11);
  for (std::size_t size = 0; size <= data.size(); ++size) {
    CryptoPP::Keccak_256 oracle;
    oracle.Update(data.data(), size);
    Hash expected;
    oracle.Final(expected.data());
    ASSERT_EQ(to_hex(keccak256(ByteView(data).first(size))), to_hex(expected)) << size;
  }
}

}  // namespace
}  // namespace kedge::crypto
