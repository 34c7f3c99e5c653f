// SPDX-License-Identifier: Apache-2.0
#include "tests/support/evm_block.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <nlohmann/json.hpp>

#include "crypto/binary.hpp"
#include "crypto/keccak.hpp"
#include "crypto/recoverable.hpp"
#include "ledger/evm/abi.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/rlp.hpp"
#include "ledger/evm/trie_builder.hpp"

namespace kedge::test {
namespace {

using namespace ledger::evm;

constexpr std::uint64_t kChainId = 6179;
constexpr std::uint64_t kSeq = 41;

Bytes hashed(ByteView key) {
  const Hash hash = crypto::keccak256(key);
  return {hash.begin(), hash.end()};
}

Bytes word_value(const Hash& word) {
  return rlp::Writer().number(U256(word)).take();
}

Bytes account_value(const Hash& storage_root, const Hash& code_hash) {
  rlp::Writer out;
  out.open_list().number(1).number(0).bytes(storage_root).bytes(code_hash);
  return out.close_list().take();
}

Hash numbered_hash(std::uint64_t number) {
  return crypto::keccak256(rlp::Writer().number(number).take());
}

/// `uint32 time ‖ uint64 seq ‖ address controller`.
Hash state_word(std::uint64_t time, const Address& controller) {
  Bytes octets;
  BinaryWriter(octets).put(static_cast<std::uint32_t>(time)).put(kSeq).put(ByteView(controller));
  Hash word;
  std::copy(octets.begin(), octets.end(), word.begin());
  return word;
}

EventLog checkpoint_event(const Address& contract, const LoggedCheckpoint& checkpoint,
                          const Hash& head) {
  return {contract,
          {checkpoint_topic(), checkpoint.log_id, abi::word(checkpoint.seq), checkpoint.root},
          abi::Writer().put(checkpoint.size).put(head).take()};
}

Seal make_seal(const crypto::SecretKey& key, const Hash& digest) {
  const auto signature = *crypto::sign_recoverable(key, digest);
  Seal seal;
  std::copy(signature.r.begin(), signature.r.end(), seal.begin());
  std::copy(signature.s.begin(), signature.s.end(), seal.begin() + 32);
  seal[64] = signature.y_odd ? 1 : 0;
  return seal;
}

/// A header with these roots and everything else as Besu writes it, without extra data.
std::vector<Bytes> header_fields(const EvmBlockOptions& options, const Hash& state_root,
                                 const Hash& receipts_root, const Address& proposer) {
  std::vector<Bytes> fields;
  for (std::size_t i = 0; i < kMinHeaderFields + 1; ++i) {
    const HeaderField& field = kHeaderFields[i];
    const bool fixed = field.shape == FieldShape::octets && field.name != "extraData";
    fields.emplace_back(fixed ? field.size : 0, 0);
  }
  const auto number = [](std::uint64_t value) {
    const U256 wide(value);
    return Bytes(wide.minimal().begin(), wide.minimal().end());
  };
  fields[2].assign(proposer.begin(), proposer.end());
  fields[3].assign(state_root.begin(), state_root.end());
  fields[5].assign(receipts_root.begin(), receipts_root.end());
  fields[7] = {1};
  fields[8] = number(options.number);
  fields[11] = number(options.time);
  return fields;
}

}  // namespace

crypto::SecretKey EvmBlock::key(std::size_t index) {
  const Bytes secret(32, static_cast<std::uint8_t>(index + 1));
  return *crypto::SecretKey::from_bytes(crypto::KeyType::secp256k1, secret);
}

EvmBlock::EvmBlock(std::uint64_t size, const Hash& root, const Options& options)
    : options_(options), header_(*Header::from_fields(header_fields({}, {}, {}, {}))) {
  proof_.chain_id = kChainId;
  proof_.contract.fill(0xc0);
  proof_.checkpoint = {numbered_hash(1), kSeq, root, size};
  proof_.prev_head = numbered_hash(2);
  proof_.rules = options_.rules;
  for (std::size_t i = 0; i < options_.validators; ++i) {
    validators_.push_back(address_of(key(i).public_key()));
  }
  build_state();
  build_receipts();
  header_ = *Header::from_fields(
      header_fields(options_, state_root_, receipts_root_, validators_.front()));
  std::vector<std::size_t> sealing(options_.seals);
  std::iota(sealing.begin(), sealing.end(), 0);
  if (options_.rules != BlockRules::plain) header_ = sealed(sealing);
  std::sort(validators_.begin(), validators_.end());
  proof_.header = header_.encode();
}

void EvmBlock::build_state() {
  const Hash head = head_slot(proof_.checkpoint.log_id);
  const Hash state = state_slot(proof_.checkpoint.log_id);
  std::vector<TrieItem> storage;
  storage.push_back({hashed(head), word_value(head_after(proof_.prev_head, proof_.checkpoint))});
  storage.push_back(
      {hashed(state), word_value(state_word(options_.time, address_of(key(100).public_key())))});
  for (std::size_t i = 0; i < options_.other_slots; ++i) {
    storage.push_back({hashed(numbered_hash(1000 + i)), word_value(numbered_hash(i))});
  }
  const auto to_head = *build_trie(storage, hashed(head));
  state_.head = to_head.proof;
  state_.state = build_trie(storage, hashed(state))->proof;

  std::vector<TrieItem> accounts;
  accounts.push_back({hashed(proof_.contract), account_value(to_head.root, numbered_hash(3))});
  for (std::size_t i = 0; i < options_.other_accounts; ++i) {
    accounts.push_back(
        {hashed(numbered_hash(2000 + i)), account_value(numbered_hash(i), numbered_hash(3))});
  }
  auto to_account = *build_trie(accounts, hashed(proof_.contract));
  state_.account = std::move(to_account.proof);
  state_root_ = to_account.root;
}

void EvmBlock::build_receipts() {
  receipts_.resize(options_.other_receipts);
  for (std::size_t i = 0; i < receipts_.size(); ++i) {
    receipts_[i].type = static_cast<std::uint8_t>(i % 3);
    receipts_[i].outcome = i % 4 != 0;
    receipts_[i].cumulative_gas = 21'000 * (i + 1);
  }
  Receipt anchor;
  anchor.outcome = true;
  anchor.cumulative_gas = 21'000 * receipts_.size() + 36'452;
  anchor.logs.push_back({Address{7}, {numbered_hash(4)}, {1, 2, 3}});
  anchor.logs.push_back(checkpoint_event(proof_.contract, proof_.checkpoint,
                                         head_after(proof_.prev_head, proof_.checkpoint)));
  receipts_.push_back(anchor);
  receipt_.transaction_index = receipts_.size() - 1;
  receipt_.log_index = 1;
  std::vector<TrieItem> items;
  for (std::size_t i = 0; i < receipts_.size(); ++i) {
    items.push_back({receipt_key(i), encode_receipt(receipts_[i])});
  }
  auto built = *build_trie(items, receipt_key(receipt_.transaction_index));
  receipt_.nodes = std::move(built.proof);
  receipts_root_ = built.root;
}

Header EvmBlock::sealed(const std::vector<std::size_t>& keys) const {
  BftExtra extra;
  extra.validators = validators_;
  std::sort(extra.validators.begin(), extra.validators.end());
  extra.vote = options_.rules == BlockRules::qbft ? Bytes{0xc0} : Bytes{0x80};
  extra.round = 1;
  const auto with = [&](const BftExtra& data) {
    std::vector<Bytes> fields = header_.fields();
    fields[12] = encode_bft_extra(data, options_.rules);
    return *Header::from_fields(std::move(fields));
  };
  const Hash digest = commit_hash(with(extra), extra, options_.rules);
  for (const std::size_t index : keys) extra.seals.push_back(make_seal(key(index), digest));
  return with(extra);
}

LedgerProof EvmBlock::proof(bool state, bool receipt) const {
  LedgerProof out = proof_;
  if (state) out.state = state_;
  if (receipt) out.receipt = receipt_;
  return out;
}

Hash EvmBlock::hash() const {
  return *block_hash(header_, options_.rules);
}

HarvestTarget EvmBlock::target() const {
  return {proof_.chain_id, proof_.contract, proof_.checkpoint, proof_.prev_head, hash()};
}

HarvestAnswers EvmBlock::answers() const {
  using nlohmann::json;
  const auto texts = [](const std::vector<Bytes>& nodes) {
    json out = json::array();
    for (const Bytes& node : nodes) out.push_back(to_data(node));
    return out;
  };
  json block = {{"hash", to_data(hash())}, {"totalDifficulty", "0x1"}};
  for (std::size_t i = 0; i < header_.fields().size(); ++i) {
    const Bytes& field = header_.fields()[i];
    const bool is_number = kHeaderFields[i].shape == FieldShape::number;
    block[std::string(kHeaderFields[i].name)] =
        is_number ? to_quantity(*U256::from_bytes(field)) : to_data(field);
  }
  const Hash& log_id = proof_.checkpoint.log_id;
  json storage = json::array();
  storage.push_back({{"key", to_data(head_slot(log_id))}, {"proof", texts(state_.head)}});
  storage.push_back({{"key", to_data(state_slot(log_id))}, {"proof", texts(state_.state)}});
  json receipts = json::array();
  for (std::size_t i = 0; i < receipts_.size(); ++i) {
    json logs = json::array();
    for (const EventLog& log : receipts_[i].logs) {
      json topics = json::array();
      for (const Hash& topic : log.topics) topics.push_back(to_data(topic));
      logs.push_back({{"address", ledger::evm::to_text(log.address)},
                      {"topics", topics},
                      {"data", to_data(log.data)}});
    }
    receipts.push_back({{"transactionIndex", to_quantity(i)},
                        {"type", to_quantity(receipts_[i].type)},
                        {"status", to_quantity(receipts_[i].succeeded() ? 1 : 0)},
                        {"cumulativeGasUsed", to_quantity(receipts_[i].cumulative_gas)},
                        {"logsBloom", to_data(logs_bloom(receipts_[i].logs))},
                        {"logs", logs}});
  }
  HarvestAnswers out;
  out.block = block.dump();
  out.proof = json{{"accountProof", texts(state_.account)}, {"storageProof", storage}}.dump();
  out.receipts = receipts.dump();
  for (const json& receipt : receipts) out.single_receipts.push_back(receipt.dump());
  return out;
}

}  // namespace kedge::test
