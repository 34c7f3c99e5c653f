// SPDX-License-Identifier: Apache-2.0
#include "ledger/embedded_record.hpp"

#include <gtest/gtest.h>

#include "crypto/hex.hpp"
#include "crypto/jcs.hpp"
#include "crypto/sha256.hpp"

namespace kedge::ledger {
namespace {

EmbeddedRecord sample() {
  EmbeddedRecord record;
  record.name = "embedded";
  record.seq = 2;
  record.epoch = 3;
  record.size = 17;
  record.root.fill(0xab);
  record.prev.fill(0x01);
  record.time_ms = 1'767'225'600'042;
  record.head = record_head(record);
  return record;
}

void expect_refused(const std::string& json, const std::string& field) {
  const auto record = parse_record(json);
  ASSERT_FALSE(record) << json;
  EXPECT_EQ(record.error().field, field) << record.error().message;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(EmbeddedRecord, HasTheDescribedForm) {
  const auto json = format_record(sample());
  ASSERT_TRUE(json);
  EXPECT_EQ(*json, R"({"epoch":3,"head":")" + crypto::to_hex(sample().head) +
                       R"(","ledger":"embedded","name":"embedded","prev":")" +
                       crypto::to_hex(sample().prev) + R"(","root":")" +
                       crypto::to_hex(sample().root) +
                       R"(","seq":2,"size":17,"time":"2026-01-01T00:00:00.042Z"})");
  EXPECT_EQ(*crypto::jcs_canonicalize(*json), *json);
  const auto read = parse_record(*json);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, sample());
}

TEST(EmbeddedRecord, HashesEveryFieldInItsOrder) {
  // prev ‖ seq ‖ epoch ‖ size ‖ root ‖ time ‖ name, written out.
  const std::string preimage =
      crypto::to_hex(sample().prev) + "0000000000000002" + "0000000000000003" + "0000000000000011" +
      crypto::to_hex(sample().root) + "0000019b76daa82a" + "656d626564646564";
  EXPECT_EQ(sample().head, crypto::sha256(*crypto::from_hex(preimage)));
}

TEST(EmbeddedRecord, RefusesEveryChangedOctet) {
  const std::string json = *format_record(sample());
  for (std::size_t i = 0; i < json.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = json;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(parse_record(changed)) << changed;
    }
  }
}

TEST(EmbeddedRecord, NamesTheFieldThatIsWrong) {
  const std::string json = *format_record(sample());
  expect_refused(replaced(json, "\"epoch\":3", "\"epoch\":\"3\""), "epoch");
  expect_refused(replaced(json, "\"epoch\":3", "\"epoch\":9007199254740992"), "epoch");
  expect_refused(replaced(json, "\"seq\":2", "\"seq\":0"), "seq");
  expect_refused(replaced(json, "\"seq\":2", "\"seq\":3"), "head");
  expect_refused(replaced(json, "\"ledger\":\"embedded\"", "\"ledger\":\"evm\""), "ledger");
  expect_refused(replaced(json, "\"name\":\"embedded\"", "\"name\":\"\""), "name");
  expect_refused(replaced(json, ".042Z", "Z"), "time");
  expect_refused(replaced(json, "abab", "ABAB"), "root");
  expect_refused(replaced(json, ",\"size\":17", ""), "size");
  expect_refused(replaced(json, "{", "{\"a\":1,"), "");
  expect_refused(replaced(json, "{", "{ "), "");
  expect_refused("[]", "");
}

TEST(EmbeddedRecord, WritesNothingThatItCannotRead) {
  EmbeddedRecord record = sample();
  record.name.clear();
  EXPECT_FALSE(format_record(record));
  record = sample();
  record.name.assign(256, 'x');
  EXPECT_FALSE(format_record(record));
  record = sample();
  record.name = "\xff";
  EXPECT_FALSE(format_record(record));
  record = sample();
  record.seq = 0;
  EXPECT_FALSE(format_record(record));
  record = sample();
  record.size = std::uint64_t{1} << 53;
  EXPECT_FALSE(format_record(record));
  record = sample();
  record.time_ms = ~std::uint64_t{0};
  EXPECT_FALSE(format_record(record));
}

}  // namespace
}  // namespace kedge::ledger
