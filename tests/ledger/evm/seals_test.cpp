// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/seals.hpp"

#include <algorithm>

#include "ledger/evm/bft_extra.hpp"
#include "tests/ledger/evm/evm_vectors.hpp"

namespace kedge::ledger::evm {
namespace {

using test::address_list;
using test::data_of;
using test::hash_of;
using test::json_file;

TEST(Seals, RealBlocksOfBesu) {
  KEDGE_NEEDS_VECTORS("ledger/bft-headers");
  const auto file = json_file(vectors / "real-headers.json");
  for (const auto& known : file) {
    SCOPED_TRACE(known["name"].get<std::string>());
    const auto rules = *block_rules_from_name(known["mode"].get<std::string>());
    const auto header = Header::parse(data_of(known["header_rlp"]));
    ASSERT_TRUE(header) << header.error().message;
    EXPECT_EQ(header->number(), known["number"].get<std::uint64_t>());
    EXPECT_EQ(*block_hash(*header, rules), hash_of(known["block_hash"]));
    const auto extra = parse_bft_extra(header->extra_data(), rules);
    ASSERT_TRUE(extra) << extra.error().message;
    EXPECT_EQ(encode_bft_extra(*extra, rules),
              Bytes(header->extra_data().begin(), header->extra_data().end()));
    EXPECT_EQ(commit_hash(*header, *extra, rules), hash_of(known["commit_hash"]));
    const auto signers = seal_signers(*header, *extra, rules);
    ASSERT_TRUE(signers) << signers.error().message;
    EXPECT_EQ(*signers, address_list(known["signers"]));
    const SealCheck check = check_seals(*header, rules, address_list(known["validators"]));
    EXPECT_EQ(check.outcome, SealOutcome::sealed) << check.why;
    EXPECT_EQ(check.seals, known["signers"].size());
  }
}

TEST(Seals, GeneratedCases) {
  KEDGE_NEEDS_VECTORS("ledger/bft-headers");
  std::size_t refused = 0;
  const auto file = json_file(vectors / "generated-cases.json");
  for (const auto& known : file["cases"]) {
    SCOPED_TRACE(known["name"].get<std::string>() + ": " + known["why"].get<std::string>());
    const auto rules = *block_rules_from_name(known["mode"].get<std::string>());
    const auto header = Header::parse(data_of(known["header_rlp"]));
    ASSERT_TRUE(header) << header.error().message;
    auto trusted = address_list(known["trusted_validators"]);
    std::sort(trusted.begin(), trusted.end());
    EXPECT_EQ(seal_quorum(known["validators"].size()), known["quorum"].get<std::size_t>());
    const SealCheck check = check_seals(*header, rules, trusted);
    EXPECT_EQ(check.outcome == SealOutcome::sealed, known["accept"].get<bool>()) << check.why;
    if (check.outcome != SealOutcome::sealed) {
      EXPECT_FALSE(check.why.empty());
      ++refused;
    }
    EXPECT_EQ(*block_hash(*header, rules), hash_of(known["block_hash"]));
    const auto extra = parse_bft_extra(header->extra_data(), rules);
    ASSERT_TRUE(extra) << extra.error().message;
    EXPECT_EQ(commit_hash(*header, *extra, rules), hash_of(known["commit_hash"]));
    // The other rules neither read the extra data nor find its seals.
    const BlockRules other = rules == BlockRules::qbft ? BlockRules::ibft2 : BlockRules::qbft;
    EXPECT_NE(check_seals(*header, other, trusted).outcome, SealOutcome::sealed);
  }
  EXPECT_GE(refused, 8U);
}

TEST(Seals, ExtraDataOfOthers) {
  KEDGE_NEEDS_VECTORS("ledger/bft-headers");
  const auto file = json_file(vectors / "extradata-only.json");
  for (const auto& known : file) {
    SCOPED_TRACE(known["name"].get<std::string>());
    const Bytes octets = data_of(known["extraData"]);
    const auto rules = *block_rules_from_name(known["mode"].get<std::string>());
    const auto extra = parse_bft_extra(octets, rules);
    ASSERT_TRUE(extra) << extra.error().message;
    EXPECT_EQ(encode_bft_extra(*extra, rules), octets);
  }
}

TEST(Seals, QuorumIsTwoThirdsRoundedUp) {
  constexpr std::size_t kQuorums[] = {0, 1, 2, 2, 3, 4, 4, 5, 6, 6, 7};
  for (std::size_t n = 1; n < std::size(kQuorums); ++n) EXPECT_EQ(seal_quorum(n), kQuorums[n]);
}

/// Every part of the extra data, with what the rules write where there is nothing.
TEST(Seals, ExtraDataIsStrict) {
  for (const BlockRules rules : {BlockRules::ibft2, BlockRules::qbft}) {
    BftExtra extra;
    extra.vote = rules == BlockRules::qbft ? Bytes{0xc0} : Bytes{0x80};
    extra.validators.resize(2);
    extra.seals.resize(1);
    for (const std::uint32_t round : {0U, 1U, 300U, 0xffffffffU}) {
      extra.round = round;
      const Bytes octets = encode_bft_extra(extra, rules);
      EXPECT_EQ(*parse_bft_extra(octets, rules), extra);
      for (std::size_t size = 0; size < octets.size(); ++size) {
        EXPECT_FALSE(parse_bft_extra(ByteView(octets).first(size), rules));
      }
    }
    std::vector<Bytes> votes = {{0xc0}, {0x80}, {0x01}, {0xc1, 0xff}};
    for (const Bytes& what : std::vector<Bytes>{{0x81, 0xff}, {0x80}, {0x00}, {0x01}, {0xc0}}) {
      Bytes vote{static_cast<std::uint8_t>(0xc0 + 21 + what.size()), 0x94};
      vote.resize(22);
      vote.insert(vote.end(), what.begin(), what.end());
      votes.push_back(vote);
    }
    std::size_t accepted = 0;
    for (const Bytes& vote : votes) {
      extra.vote = vote;
      if (parse_bft_extra(encode_bft_extra(extra, rules), rules)) ++accepted;
    }
    EXPECT_EQ(accepted, 3U) << "no vote, a vote to add and a vote to drop";
  }
}

}  // namespace
}  // namespace kedge::ledger::evm
