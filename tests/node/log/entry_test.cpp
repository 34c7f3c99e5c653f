// SPDX-License-Identifier: Apache-2.0
#include "node/log/entry.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/tree.hpp"
#include "node/log/directory.hpp"
#include "node/log/leaf.hpp"
#include "tests/crypto/tree_reference.hpp"

namespace kedge::node {
namespace {

Hash filled(std::uint8_t byte) {
  Hash hash;
  hash.fill(byte);
  return hash;
}

std::string repeated(const char* byte, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += byte;
  return text;
}

const BatchEntry kBatch{0x0102030405060708, filled(0xaa), 9, 10, 11, filled(0xbb), filled(0xcc)};
const StatusEntry kStatus{1, filled(0xaa), 2, 3, filled(0xbb), filled(0xcc), filled(0xdd)};
const EpochEntry kEpoch{1, 2, 3, filled(0xaa), filled(0xbb)};

// Written out from the table of the format, so that a change of layout cannot go unseen.
TEST(LogEntry, Layout) {
  EXPECT_EQ(crypto::to_hex(encode_entry(GenesisEntry{1, filled(0xaa)})),
            "0100"
            "0000000000000001" +
                repeated("aa", 32));
  EXPECT_EQ(crypto::to_hex(encode_entry(kBatch)),
            "0101"
            "0102030405060708" +
                repeated("aa", 32) +
                "0000000000000009"
                "000000000000000a"
                "0000000b" +
                repeated("bb", 32) + repeated("cc", 32));
  EXPECT_EQ(crypto::to_hex(encode_entry(kStatus)),
            "0102"
            "0000000000000001" +
                repeated("aa", 32) +
                "0000000000000002"
                "00000003" +
                repeated("bb", 32) + repeated("cc", 32) + repeated("dd", 32));
  EXPECT_EQ(crypto::to_hex(encode_entry(kEpoch)),
            "0103"
            "0000000000000001"
            "0000000000000002"
            "00000003" +
                repeated("aa", 32) + repeated("bb", 32));
}

TEST(LogEntry, ReadsWhatItWritesAndNothingElse) {
  for (const LogEntry& entry : {LogEntry(GenesisEntry{7, filled(1)}), LogEntry(kBatch),
                                LogEntry(kStatus), LogEntry(kEpoch)}) {
    Bytes bytes = encode_entry(entry);
    SCOPED_TRACE(crypto::to_hex(bytes));
    ASSERT_TRUE(decode_entry(bytes));
    EXPECT_EQ(*decode_entry(bytes), entry);
    EXPECT_EQ(entry_time_ms(*decode_entry(bytes)), entry_time_ms(entry));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_FALSE(decode_entry(ByteView(bytes).first(size))) << size;
    }
    bytes.push_back(0);
    EXPECT_FALSE(decode_entry(bytes)) << "a trailing byte";
    bytes.pop_back();
    for (int version = 0; version < 256; ++version) {
      bytes[0] = static_cast<std::uint8_t>(version);
      EXPECT_EQ(decode_entry(bytes).has_value(), version == 1) << version;
    }
    bytes[0] = 1;
    for (int type = 4; type < 256; ++type) {
      bytes[1] = static_cast<std::uint8_t>(type);
      EXPECT_FALSE(decode_entry(bytes)) << type;
    }
  }
}

TEST(LogEntry, RefusesEntriesOfNoItems) {
  BatchEntry batch = kBatch;
  batch.count = 0;
  EXPECT_FALSE(decode_entry(encode_entry(batch)));
  StatusEntry status = kStatus;
  status.change_count = 0;
  EXPECT_FALSE(decode_entry(encode_entry(status)));
}

TEST(LeafEntry, LayoutAndHash) {
  LeafEntry leaf;
  leaf.profile = crypto::DigestProfile::jcs;
  leaf.salt.fill(0x5a);
  leaf.digest = filled(0xd1);
  const LeafBytes bytes = encode_leaf(leaf);
  EXPECT_EQ(crypto::to_hex(bytes), "03" + repeated("5a", 16) + repeated("d1", 32));
  EXPECT_EQ(*decode_leaf(bytes), leaf);
  EXPECT_EQ(leaf_hash(leaf), test::reference_leaf(bytes));
}

TEST(LeafEntry, RefusesOtherLengthsAndProfiles) {
  Bytes bytes(LeafEntry::kSize + 1, 0);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    bytes[0] = 1;
    EXPECT_EQ(decode_leaf(ByteView(bytes).first(size)).has_value(), size == LeafEntry::kSize);
  }
  bytes.pop_back();
  for (int profile = 0; profile < 256; ++profile) {
    bytes[0] = static_cast<std::uint8_t>(profile);
    EXPECT_EQ(decode_leaf(bytes).has_value(), profile >= 1 && profile <= 5) << profile;
  }
}

TEST(Directory, LayoutAndRoot) {
  const DirectoryRecord record{filled(0x11), 2, 3, filled(0x44), filled(0x55)};
  EXPECT_EQ(crypto::to_hex(encode_directory_record(record)), repeated("11", 32) +
                                                                 "0000000000000002"
                                                                 "0000000000000003" +
                                                                 repeated("44", 32) +
                                                                 repeated("55", 32));
  EXPECT_EQ(encode_directory_record(record).size(), DirectoryRecord::kSize);

  std::vector<DirectoryRecord> records;
  std::vector<Hash> leaves;
  EXPECT_EQ(directory_root(records), crypto::empty_root());
  for (std::uint8_t i = 0; i < 20; ++i) {
    records.push_back({filled(i), i, 3U * i, filled(4), filled(5)});
    leaves.push_back(test::reference_leaf(encode_directory_record(records.back())));
    EXPECT_EQ(directory_root(records), test::reference_root(leaves));
  }
}

}  // namespace
}  // namespace kedge::node
