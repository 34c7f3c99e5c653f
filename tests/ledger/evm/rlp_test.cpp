// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/rlp.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/ledger/evm/vector_json.hpp"

namespace kedge::ledger::evm::rlp {
namespace {

using nlohmann::json;

using test::load_json;
using test::octets;

/// The octets of a number in decimal digits; one of the vectors has more than 256 bits.
Bytes number_octets(std::string_view digits) {
  Bytes big_endian;
  for (const char digit : digits) {
    unsigned carry = static_cast<unsigned>(digit - '0');
    for (std::size_t i = big_endian.size(); i-- > 0;) {
      carry += 10U * big_endian[i];
      big_endian[i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    if (carry > 0) big_endian.insert(big_endian.begin(), static_cast<std::uint8_t>(carry));
  }
  return big_endian;
}

void write(Writer& writer, const json& value) {
  if (value.is_array()) {
    writer.open_list();
    for (const json& element : value) write(writer, element);
    writer.close_list();
  } else if (value.is_number()) {
    writer.number(value.get<std::uint64_t>());
  } else {
    const auto text = value.get<std::string>();
    if (text.starts_with('#')) {
      writer.bytes(number_octets(std::string_view(text).substr(1)));
    } else {
      writer.bytes(as_bytes(text));
    }
  }
}

/// Writes what was decoded again.
void rewrite(Writer& writer, const Item& item) {
  if (!item.is_list()) {
    writer.bytes(item.payload());
    return;
  }
  writer.open_list();
  for (const Item& element : item.elements()) rewrite(writer, element);
  writer.close_list();
}

TEST(Rlp, OfficialCasesBothWays) {
  KEDGE_NEEDS_VECTORS("ledger/rlp");
  const json cases = load_json(vectors / "rlptest.json");
  EXPECT_GE(cases.size(), 28U);
  for (const auto& [name, entry] : cases.items()) {
    const Bytes expected = octets(entry["out"].get<std::string>());
    Writer writer;
    write(writer, entry["in"]);
    EXPECT_EQ(writer.take(), expected) << name;
    const auto item = decode(expected);
    ASSERT_TRUE(item) << name << ": " << item.error().message;
    rewrite(writer, *item);
    EXPECT_EQ(writer.take(), expected) << name;
  }
  const json random = load_json(vectors / "random-example.json");
  for (const auto& [name, entry] : random.items()) {
    EXPECT_TRUE(decode(octets(entry["out"].get<std::string>()))) << name;
  }
}

TEST(Rlp, OfficialInvalidCasesAreRefused) {
  KEDGE_NEEDS_VECTORS("ledger/rlp");
  const json cases = load_json(vectors / "invalidRLPTest.json");
  EXPECT_GE(cases.size(), 20U);
  for (const auto& [name, entry] : cases.items()) {
    EXPECT_FALSE(decode(octets(entry["out"].get<std::string>()))) << name;
  }
}

// Every text of up to three octets: what is accepted is what the writer makes of it.
TEST(Rlp, AcceptsOnlyCanonicalFormsExhaustively) {
  std::size_t accepted = 0;
  for (std::size_t size = 0; size <= 3; ++size) {
    for (std::uint32_t value = 0; value < (1U << (8 * size)); ++value) {
      Bytes encoded;
      for (std::size_t i = size; i-- > 0;) {
        encoded.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
      }
      const auto item = decode(encoded);
      if (!item) continue;
      ++accepted;
      Writer writer;
      rewrite(writer, *item);
      ASSERT_EQ(writer.take(), encoded);
    }
  }
  // Counted by form: strings and lists of 1 octet; 81xx, c1 and its element; 82 and c2.
  const std::size_t of_1 = 128 + 1 + 1;
  const std::size_t of_2 = 128 + of_1;
  const std::size_t lists_of_2 = of_2 + of_1 * of_1;
  EXPECT_EQ(accepted, of_1 + of_2 + 65536 + lists_of_2);
}

TEST(Rlp, LengthsAroundEveryChangeOfForm) {
  for (const std::size_t size : {54UL, 55UL, 56UL, 57UL, 255UL, 256UL, 257UL, 65535UL, 65536UL}) {
    Writer writer;
    writer.open_list().bytes(Bytes(size, 0xaa)).close_list();
    const Bytes encoded = writer.take();
    const auto item = decode(encoded);
    ASSERT_TRUE(item) << size;
    ASSERT_EQ(item->elements().size(), 1U);
    EXPECT_EQ(item->elements()[0].payload().size(), size);
    EXPECT_EQ(item->encoded().size(), encoded.size());
    for (const std::size_t cut : {std::size_t{0}, size / 2, encoded.size() - 1}) {
      EXPECT_FALSE(decode(ByteView(encoded).first(cut))) << size << " cut to " << cut;
    }
  }
}

TEST(Rlp, RefusesHugeLengths) {
  for (const int first : {0xbf, 0xff}) {
    Bytes encoded(9, 0xff);
    encoded[0] = static_cast<std::uint8_t>(first);
    EXPECT_FALSE(decode(encoded));
  }
}

TEST(Rlp, KeepsItsLimits) {
  const auto nested = [](std::size_t depth) {
    Writer writer;
    for (std::size_t i = 0; i < depth; ++i) writer.open_list();
    for (std::size_t i = 0; i < depth; ++i) writer.close_list();
    return writer.take();
  };
  Limits limits;
  limits.max_depth = 3;
  EXPECT_TRUE(decode(nested(3), limits));
  EXPECT_FALSE(decode(nested(4), limits));
  EXPECT_FALSE(decode(nested(100'000)));
  const Bytes four = {0xc3, 0x01, 0x02, 0x03};
  limits.max_items = 4;
  EXPECT_TRUE(decode(four, limits));
  limits.max_items = 3;
  EXPECT_FALSE(decode(four, limits));
  limits = {};
  limits.max_bytes = 3;
  EXPECT_FALSE(decode(four, limits));
}

TEST(RlpListReader, ReadsInOrderAndNamesTheFirstFault) {
  Writer writer;
  writer.open_list().number(7).bytes(Bytes(20, 1)).open_list().number(1).close_list().close_list();
  const Bytes encoded = writer.take();
  const auto item = decode(encoded);
  ASSERT_TRUE(item);
  ListReader reader(*item, "thing");
  EXPECT_EQ(reader.u64("count"), 7U);
  EXPECT_EQ(reader.fixed<20>("owner")[19], 1U);
  ListReader inner(reader.list("rest"), "rest");
  EXPECT_EQ(inner.u64("first"), 1U);
  EXPECT_TRUE(inner.finish());
  EXPECT_TRUE(reader.finish());

  ListReader wrong(*item, "thing");
  wrong.fixed<20>("owner");
  wrong.u64("count");
  const Status status = wrong.finish();
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().field, "owner");
  EXPECT_EQ(status.error().message, "thing: owner: expected 20 octets, found 1");
}

TEST(RlpListReader, RefusesWhatIsMissingLeftOverOrOfTheWrongKind) {
  const Bytes encoded = {0xc2, 0x01, 0xc0};
  const auto item = decode(encoded);
  ASSERT_TRUE(item);
  ListReader left_over(*item, "pair");
  left_over.u64("first");
  EXPECT_FALSE(left_over.finish());
  ListReader missing(*item, "pair");
  missing.u64("first");
  missing.list("second");
  missing.u64("third");
  EXPECT_EQ(missing.finish().error().field, "third");
  ListReader kind(*item, "pair");
  kind.list("first");
  EXPECT_EQ(kind.finish().error().field, "first");
  ListReader string(item->elements()[0], "pair");
  EXPECT_FALSE(string.finish());
}

TEST(RlpListReader, NumbersHaveNoLeadingZeros) {
  const Bytes zero = {0xc1, 0x00};
  const auto item = decode(zero);
  ASSERT_TRUE(item);
  ListReader reader(*item, "list");
  reader.u64("number");
  EXPECT_FALSE(reader.finish());
  const Bytes long_number = {0xca, 0x89, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto nine = decode(long_number);
  ASSERT_TRUE(nine);
  ListReader small(*nine, "list");
  small.u64("number");
  EXPECT_FALSE(small.finish());
  ListReader big(*nine, "list");
  EXPECT_EQ(big.u256("number").minimal().size(), 9U);
  EXPECT_TRUE(big.finish());
}

TEST(RlpWriter, RefusesUnbalancedLists) {
  Writer writer;
  EXPECT_THROW(writer.close_list(), std::logic_error);
  writer.open_list();
  EXPECT_THROW(static_cast<void>(writer.take()), std::logic_error);
}

}  // namespace
}  // namespace kedge::ledger::evm::rlp
