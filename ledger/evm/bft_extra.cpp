// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/bft_extra.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/keccak.hpp"
#include "ledger/evm/rlp.hpp"

namespace kedge::ledger::evm {
namespace {

constexpr rlp::Limits kExtraLimits{
    .max_bytes = kMaxExtraData, .max_depth = 2, .max_items = 2 * kMaxValidators + 8};
constexpr std::uint8_t kAddVote = 0xff;

/// How much of the extra data a hash covers.
enum class Part : std::uint8_t { whole, commit, block };

/// A vote is [address, 0xff] to add a validator; to drop one, IBFT 2.0 writes the octet 0 and QBFT
/// the number 0. No vote is an empty string in IBFT 2.0 and an empty list in QBFT.
bool is_vote(const rlp::Item& vote, BlockRules rules) {
  const bool none = vote.payload().empty();
  if (none) return vote.is_list() == (rules == BlockRules::qbft);
  const std::vector<rlp::Item> items = vote.elements();
  if (items.size() != 2 || items[0].is_list() || items[0].payload().size() != sizeof(Address) ||
      items[1].is_list()) {
    return false;
  }
  const ByteView what = items[1].payload();
  if (what.size() == 1 && what[0] == kAddVote) return true;
  return rules == BlockRules::qbft ? what.empty() : what.size() == 1 && what[0] == 0;
}

template <class T>
std::vector<T> read_all(rlp::ListReader& outer, std::string_view name) {
  std::vector<T> out;
  const rlp::Item list = outer.list(name);
  const std::vector<rlp::Item> items = list.elements();
  if (items.size() > kMaxValidators) outer.fail(name, "fewer of them");
  for (const rlp::Item& item : items) {
    T value{};
    if (item.is_list() || item.payload().size() != value.size()) {
      outer.fail(name, std::to_string(value.size()) + " octets each");
      break;
    }
    std::copy(item.payload().begin(), item.payload().end(), value.begin());
    out.push_back(value);
  }
  return out;
}

std::uint32_t read_round(rlp::ListReader& in, BlockRules rules) {
  if (rules == BlockRules::ibft2) {
    std::uint32_t round = 0;
    for (const std::uint8_t octet : in.bytes("round", 4, 4)) round = (round << 8) | octet;
    return round;
  }
  const std::uint64_t round = in.u64("round");
  if (round > UINT32_MAX) in.fail("round", "at most 32 bits");
  return static_cast<std::uint32_t>(round);
}

void write_round(rlp::Writer& out, std::uint32_t round, BlockRules rules) {
  if (rules == BlockRules::qbft) {
    out.number(round);
    return;
  }
  std::array<std::uint8_t, 4> octets;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    octets[i] = static_cast<std::uint8_t>(round >> (24 - 8 * i));
  }
  out.bytes(octets);
}

template <class T>
void write_all(rlp::Writer& out, const std::vector<T>& values) {
  out.open_list();
  for (const T& value : values) out.bytes(value);
  out.close_list();
}

Bytes encode_part(const BftExtra& extra, BlockRules rules, Part part) {
  rlp::Writer out;
  out.open_list().bytes(extra.vanity);
  write_all(out, extra.validators);
  out.encoded(extra.vote);
  const bool qbft = rules == BlockRules::qbft;
  // QBFT empties what it leaves out, IBFT 2.0 drops it.
  if (part != Part::block) {
    write_round(out, extra.round, rules);
  } else if (qbft) {
    out.number(0);
  }
  if (part == Part::whole) {
    write_all(out, extra.seals);
  } else if (qbft) {
    out.open_list().close_list();
  }
  return out.close_list().take();
}

}  // namespace

std::string_view block_rules_name(BlockRules rules) {
  switch (rules) {
    case BlockRules::plain:
      return "plain";
    case BlockRules::ibft2:
      return "ibft2";
    case BlockRules::qbft:
      return "qbft";
  }
  throw std::out_of_range("not block rules");
}

Result<BlockRules> block_rules_from_name(std::string_view name) {
  for (const BlockRules rules : {BlockRules::plain, BlockRules::ibft2, BlockRules::qbft}) {
    if (block_rules_name(rules) == name) return rules;
  }
  return invalid_argument("expected plain, ibft2 or qbft");
}

Result<BftExtra> parse_bft_extra(ByteView extra_data, BlockRules rules) {
  const auto list = rlp::decode(extra_data, kExtraLimits);
  if (!list) return list.error();
  BftExtra out;
  rlp::ListReader in(*list, "extraData");
  out.vanity = in.fixed<32>("vanity");
  out.validators = read_all<Address>(in, "validators");
  const rlp::Item vote = in.any("vote");
  if (in.ok() && !is_vote(vote, rules)) in.fail("vote", "a vote of these rules, or none");
  out.vote.assign(vote.encoded().begin(), vote.encoded().end());
  out.round = read_round(in, rules);
  out.seals = read_all<Seal>(in, "seals");
  if (const Status done = in.finish(); !done) return done.error();
  return out;
}

Bytes encode_bft_extra(const BftExtra& extra, BlockRules rules) {
  return encode_part(extra, rules, Part::whole);
}

Hash commit_hash(const Header& header, const BftExtra& extra, BlockRules rules) {
  return crypto::keccak256(header.encode_with(encode_part(extra, rules, Part::commit)));
}

Result<Hash> block_hash(const Header& header, BlockRules rules) {
  if (rules == BlockRules::plain || header.number() == 0) {
    return crypto::keccak256(header.encode());
  }
  const auto extra = parse_bft_extra(header.extra_data(), rules);
  if (!extra) return extra.error();
  return crypto::keccak256(header.encode_with(encode_part(*extra, rules, Part::block)));
}

}  // namespace kedge::ledger::evm
