// SPDX-License-Identifier: Apache-2.0
#include "crypto/sha256_batch.hpp"

#include <cstring>
#include <initializer_list>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "tests/crypto/random_bytes.hpp"
#include "tests/crypto/sha256_backends.hpp"

namespace kedge::crypto {
namespace {

Hash expected_leaf(ByteView entry) {
  const std::uint8_t prefix = 0x00;
  return Sha256().update({&prefix, 1}).update(entry).finish();
}

Hash expected_node(const Hash& left, const Hash& right) {
  const std::uint8_t prefix = 0x01;
  return Sha256().update({&prefix, 1}).update(left).update(right).finish();
}

std::vector<Hash> random_hashes(std::size_t count, std::uint64_t seed) {
  const Bytes bytes = test::pseudo_random(count * sizeof(Hash), seed);
  std::vector<Hash> hashes(count);
  if (count > 0) std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

/// Memory that ends (or begins) exactly at a page that nobody may touch, so that any access outside
/// the range ends the test.
class FencedMemory {
 public:
  FencedMemory() : page_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    void* all =
        mmap(nullptr, 4 * page_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED) throw std::runtime_error("mmap failed");
    begin_ = static_cast<std::uint8_t*>(all);
    mprotect(begin_, page_, PROT_NONE);
    mprotect(begin_ + 3 * page_, page_, PROT_NONE);
  }
  FencedMemory(const FencedMemory&) = delete;
  FencedMemory& operator=(const FencedMemory&) = delete;
  ~FencedMemory() { munmap(begin_, 4 * page_); }

  std::uint8_t* at_front() { return begin_ + page_; }
  std::uint8_t* at_back(std::size_t size) { return begin_ + 3 * page_ - size; }

 private:
  std::size_t page_;
  std::uint8_t* begin_ = nullptr;
};

std::string name_of(const testing::TestParamInfo<Sha256Backend>& info) {
  return std::string(backend_name(info.param));
}

class Sha256BatchTest : public testing::TestWithParam<Sha256Backend> {
 protected:
  test::ForcedBackend forced_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(EveryBackend, Sha256BatchTest, testing::ValuesIn(test::sha256_backends()),
                         name_of);

TEST_P(Sha256BatchTest, EveryEntrySize) {
  constexpr std::size_t kCount = 19;
  for (std::size_t size = 0; size <= 300; ++size) {
    const Bytes entries = test::pseudo_random(kCount * size, size);
    std::vector<Hash> leaves(kCount);
    hash_leaves(entries.data(), size, kCount, leaves.data());
    for (std::size_t i = 0; i < kCount; ++i) {
      ASSERT_EQ(leaves[i], expected_leaf(ByteView(entries).subspan(i * size, size)))
          << "entry " << i << " of " << size << " octets";
    }
  }
}

TEST_P(Sha256BatchTest, EveryCountOfLeaves) {
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 32, 49, 54, 55, 112, 126}) {
    for (std::size_t count = 0; count <= 70; ++count) {
      const Bytes entries = test::pseudo_random(count * size, count);
      std::vector<Hash> leaves(count + 1);
      hash_leaves(entries.data(), size, count, leaves.data());
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_EQ(leaves[i], expected_leaf(ByteView(entries).subspan(i * size, size)))
            << "entry " << i << " of " << count;
      }
      ASSERT_EQ(leaves[count], Hash{}) << "written beyond the end, count " << count;
    }
  }
}

TEST_P(Sha256BatchTest, EveryCountOfNodes) {
  for (std::size_t pairs = 0; pairs <= 130; ++pairs) {
    const std::vector<Hash> children = random_hashes(2 * pairs, pairs);
    std::vector<Hash> nodes(pairs + 1);
    hash_nodes(children.data(), pairs, nodes.data());
    for (std::size_t i = 0; i < pairs; ++i) {
      ASSERT_EQ(nodes[i], expected_node(children[2 * i], children[2 * i + 1]))
          << i << " of " << pairs;
    }
    ASSERT_EQ(nodes[pairs], Hash{}) << "written beyond the end, pairs " << pairs;
  }
}

TEST_P(Sha256BatchTest, EveryLastOctetOfANode) {
  std::vector<Hash> children = random_hashes(512, 7);
  for (std::size_t octet = 0; octet < 256; ++octet) {
    children[2 * octet + 1][31] = static_cast<std::uint8_t>(octet);
  }
  std::vector<Hash> nodes(256);
  hash_nodes(children.data(), 256, nodes.data());
  for (std::size_t i = 0; i < 256; ++i) {
    ASSERT_EQ(nodes[i], expected_node(children[2 * i], children[2 * i + 1])) << i;
    Hash alone;
    hash_nodes(&children[2 * i], 1, &alone);
    ASSERT_EQ(alone, nodes[i]) << i;
  }
}

TEST_P(Sha256BatchTest, ALevelShrinksInPlace) {
  for (std::size_t pairs = 1; pairs <= 130; ++pairs) {
    const std::vector<Hash> children = random_hashes(2 * pairs, 100 + pairs);
    std::vector<Hash> elsewhere(pairs);
    hash_nodes(children.data(), pairs, elsewhere.data());
    std::vector<Hash> in_place = children;
    hash_nodes(in_place.data(), pairs, in_place.data());
    in_place.resize(pairs);
    ASSERT_EQ(in_place, elsewhere) << pairs;
  }
}

TEST_P(Sha256BatchTest, TouchesNothingOutsideItsInput) {
  FencedMemory memory;
  std::vector<Hash> out(64);
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 15, 31, 32, 33, 48, 49, 54,
                                                                   55, 63, 64, 65, 119, 126}) {
    for (const std::size_t count : std::initializer_list<std::size_t>{1, 2, 3, 5, 15, 16, 17, 33}) {
      const Bytes entries = test::pseudo_random(size * count, size);
      for (std::uint8_t* place : {memory.at_front(), memory.at_back(entries.size())}) {
        std::memcpy(place, entries.data(), entries.size());
        hash_leaves(place, size, count, out.data());
        for (std::size_t i = 0; i < count; ++i) {
          ASSERT_EQ(out[i], expected_leaf(ByteView(entries).subspan(i * size, size)));
        }
      }
    }
  }
  for (std::size_t pairs = 1; pairs <= 40; ++pairs) {
    const std::vector<Hash> children = random_hashes(2 * pairs, pairs);
    for (std::uint8_t* place : {memory.at_front(), memory.at_back(64 * pairs)}) {
      std::memcpy(place, children.data(), 64 * pairs);
      hash_nodes(reinterpret_cast<const Hash*>(place), pairs, out.data());
      for (std::size_t i = 0; i < pairs; ++i) {
        ASSERT_EQ(out[i], expected_node(children[2 * i], children[2 * i + 1]));
      }
    }
  }
}

// The tree of RFC 9162 section 2.1.5 in its classic form: the eight entries of the Certificate
// Transparency reference tests, whose roots are printed in RFC 6962 implementations everywhere.
TEST_P(Sha256BatchTest, ClassicTreeOfEightLeaves) {
  const char* const entries[] = {"",
                                 "00",
                                 "10",
                                 "2021",
                                 "3031",
                                 "40414243",
                                 "5051525354555657",
                                 "606162636465666768696a6b6c6d6e6f"};
  std::vector<Hash> level;
  for (const char* entry : entries) {
    const Bytes bytes = *from_hex(entry);
    Hash leaf;
    hash_leaves(bytes.data(), bytes.size(), 1, &leaf);
    level.push_back(leaf);
  }
  for (std::size_t pairs = 4; pairs > 0; pairs /= 2) {
    hash_nodes(level.data(), pairs, level.data());
  }
  EXPECT_EQ(to_hex(level[0]), "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST(Sha256Backends, PortableIsAlwaysThereAndTheOthersAreRefusedWithoutTheProcessor) {
  EXPECT_TRUE(sha256_supports(Sha256Backend::portable));
  for (const Sha256Backend backend : {Sha256Backend::sha_ni, Sha256Backend::avx512}) {
    if (sha256_supports(backend)) continue;
    EXPECT_THROW(force_sha256_backend(backend), std::invalid_argument);
  }
  EXPECT_TRUE(sha256_supports(sha256_backend()));
}

}  // namespace
}  // namespace kedge::crypto
