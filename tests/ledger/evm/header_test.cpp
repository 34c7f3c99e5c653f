// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/header.hpp"

#include <set>

#include "crypto/keccak.hpp"
#include "ledger/evm/bft_extra.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"

namespace kedge::ledger::evm {
namespace {

using test::data_of;
using test::hash_of;
using test::json_file;

TEST(Header, RealOnesOfEveryFork) {
  KEDGE_NEEDS_VECTORS("ledger/receipts");
  std::set<std::size_t> sizes;
  const auto file = json_file(vectors / "execution-apis-headers.json");
  for (const auto& known : file["headers"]) {
    const Bytes encoded = data_of(known["header_rlp"]);
    const auto header = Header::parse(encoded);
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->encode(), encoded);
    EXPECT_EQ(*block_hash(*header, BlockRules::plain), hash_of(known["hash"]));
    EXPECT_EQ(header->fields().size(), known["fields"].get<std::size_t>());
    EXPECT_EQ(header->number(), known["number"].get<std::uint64_t>());
    EXPECT_EQ(header->state_root(), hash_of(known["stateRoot"]));
    EXPECT_EQ(header->receipts_root(), hash_of(known["receiptsRoot"]));
    sizes.insert(header->fields().size());
  }
  EXPECT_TRUE(sizes.contains(15) && sizes.contains(16) && sizes.contains(21));
}

/// A header of `count` fields, each as short as it may be.
std::vector<Bytes> small_fields(std::size_t count) {
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < count; ++i) {
    const HeaderField& field = kHeaderFields[i];
    const bool fixed = field.shape == FieldShape::octets && field.name != "extraData";
    out.emplace_back(fixed ? field.size : 0, 0x11);
  }
  return out;
}

TEST(Header, EveryNumberOfFieldsFrom15To21) {
  for (std::size_t count = 0; count < 24; ++count) {
    const bool allowed = count >= 15 && count <= 21;
    auto fields = small_fields(std::min<std::size_t>(count, 21));
    while (fields.size() < count) fields.emplace_back();
    const auto header = Header::from_fields(fields);
    ASSERT_EQ(header.has_value(), allowed) << count;
    if (allowed) {
      EXPECT_EQ(*Header::parse(header->encode()), *header);
    }
  }
}

TEST(Header, RefusesFieldsOfAnotherShape) {
  for (std::size_t i = 0; i < kMaxHeaderFields; ++i) {
    const HeaderField& field = kHeaderFields[i];
    auto fields = small_fields(kMaxHeaderFields);
    fields[i] = Bytes(field.size + 1, 0x11);
    auto longer = Header::from_fields(fields);
    ASSERT_FALSE(longer) << field.name;
    EXPECT_EQ(longer.error().field, field.name);
    if (field.shape == FieldShape::number) {
      fields[i] = Bytes{0, 1};
      EXPECT_FALSE(Header::from_fields(fields)) << field.name << " with a leading zero";
      fields[i] = Bytes(field.size, 0xff);
      EXPECT_TRUE(Header::from_fields(fields)) << field.name;
    } else if (field.name != "extraData") {
      fields[i] = Bytes(field.size - 1, 0x11);
      EXPECT_FALSE(Header::from_fields(fields)) << field.name << " too short";
    }
  }
}

TEST(Header, RefusesOtherRlp) {
  const Bytes encoded = Header::from_fields(small_fields(16))->encode();
  Bytes trailing = encoded;
  trailing.push_back(0);
  EXPECT_FALSE(Header::parse(trailing));
  EXPECT_FALSE(Header::parse(ByteView(encoded).first(encoded.size() - 1)));
  EXPECT_FALSE(Header::parse({}));
  EXPECT_FALSE(Header::parse(Bytes{0x80}));
}

}  // namespace
}  // namespace kedge::ledger::evm
