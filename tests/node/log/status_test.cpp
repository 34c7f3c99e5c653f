// SPDX-License-Identifier: Apache-2.0
#include "node/log/status.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/sha256.hpp"
#include "crypto/tree_hash.hpp"

namespace kedge::node {
namespace {

constexpr StatusValue kAll[] = {StatusValue::valid, StatusValue::revoked, StatusValue::suspended};

TEST(StatusValue, HasNamesAndNumbers) {
  for (const StatusValue value : kAll) {
    EXPECT_EQ(*parse_status_name(status_name(value)), value);
    EXPECT_EQ(*status_from_number(static_cast<std::uint64_t>(value)), value);
  }
  for (const char* name : {"", "Valid", "revoked ", "unknown", "3"}) {
    EXPECT_EQ(parse_status_name(name).error().code, Errc::invalid_argument) << name;
  }
  for (const std::uint64_t number : {3ULL, 256ULL, ~0ULL}) {
    EXPECT_EQ(status_from_number(number).error().code, Errc::invalid_argument) << number;
  }
}

TEST(StatusValue, ChangesToAnotherAndNeverAwayFromRevoked) {
  for (const StatusValue before : kAll) {
    for (const StatusValue after : kAll) {
      const bool expected = before != after && before != StatusValue::revoked;
      EXPECT_EQ(may_change(before, after), expected)
          << status_name(before) << " " << status_name(after);
    }
  }
}

// DESIGN 2.4 of the record: u32 list ‖ u64 index ‖ u8 old ‖ u8 new ‖ u64 time_ms, big-endian.
TEST(StatusChange, IsTwentyTwoOctets) {
  const StatusChange change{{0x01020304, 0x05060708090a0b0c},
                            StatusValue::suspended,
                            StatusValue::revoked,
                            0x0d0e0f1011121314};
  const StatusChangeBytes bytes = encode_status_change(change);
  EXPECT_EQ(crypto::to_hex(bytes), "0102030405060708090a0b0c02010d0e0f1011121314");
  EXPECT_EQ(*decode_status_change(bytes), change);
}

TEST(StatusChange, DecodesStrictly) {
  const StatusChangeBytes good =
      encode_status_change({{1, 7}, StatusValue::valid, StatusValue::suspended, 9});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_status_change(ByteView(good).first(size))) << size;
  }
  Bytes longer(good.begin(), good.end());
  longer.push_back(0);
  EXPECT_FALSE(decode_status_change(longer));
  for (int before = 0; before < 256; ++before) {
    for (int after = 0; after < 256; ++after) {
      StatusChangeBytes bytes = good;
      bytes[12] = static_cast<std::uint8_t>(before);
      bytes[13] = static_cast<std::uint8_t>(after);
      const bool allowed = before < 3 && after < 3 && before != after && before != 1;
      ASSERT_EQ(decode_status_change(bytes).has_value(), allowed) << before << " " << after;
    }
  }
}

TEST(ListRecord, IsFortyFourOctets) {
  ListRecord record{0x01020304, 0x05060708090a0b0c, {}};
  record.bits_root.fill(0xee);
  const Bytes bytes = encode_list_record(record);
  EXPECT_EQ(crypto::to_hex(bytes), "0102030405060708090a0b0c" + std::string(64, 'e'));
  EXPECT_EQ(*decode_list_record(bytes), record);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_list_record(ByteView(bytes).first(size))) << size;
  }
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_FALSE(decode_list_record(longer));
}

TEST(ChangesRoot, IsTheTreeOverTheRecords) {
  std::vector<StatusChange> changes;
  std::vector<Hash> leaves;
  for (std::uint64_t i = 0; i < 70; ++i) {
    EXPECT_EQ(changes_root(changes), crypto::tree_root(leaves)) << i;
    changes.push_back({{kRegister, i * 3}, StatusValue::valid, StatusValue::revoked, 1000 + i});
    leaves.push_back(crypto::leaf_hash(encode_status_change(changes.back())));
  }
}

TEST(StatusRoot, IsTheTreeOverTheRecordsInOrder) {
  std::vector<ListRecord> records;
  std::vector<Hash> leaves;
  for (std::uint32_t list = 0; list < 9; ++list) {
    records.push_back({list, 131'072 + list, crypto::sha256({})});
    leaves.push_back(crypto::leaf_hash(encode_list_record(records.back())));
    EXPECT_EQ(*status_root(records), crypto::tree_root(leaves));
    EXPECT_EQ(list_record_hashes(records), leaves);
  }
}

TEST(StatusRoot, WantsTheRegisterFirstAndNumbersThatAscend) {
  EXPECT_FALSE(status_root({}));
  const std::vector<std::vector<std::uint32_t>> bad = {{1}, {0, 0}, {0, 2, 1}, {1, 0}, {0, 1, 1}};
  for (const auto& lists : bad) {
    std::vector<ListRecord> records;
    for (const std::uint32_t list : lists) records.push_back({list, 1, {}});
    EXPECT_EQ(status_root(records).error().code, Errc::invalid_argument);
  }
}

TEST(StatusRoot, SaysOfAnAbsentListNothing) {
  const std::vector<ListRecord> records = {{0, 5, {}}, {1, 6, {}}, {3, 7, {}}};
  EXPECT_EQ(find_list(records, 0)->size, 5U);
  EXPECT_EQ(find_list(records, 3)->size, 7U);
  EXPECT_FALSE(find_list(records, 2));
  EXPECT_FALSE(find_list(records, 4));
  EXPECT_FALSE(find_list({}, 0));
}

}  // namespace
}  // namespace kedge::node
