// SPDX-License-Identifier: Apache-2.0
#include "ledger/evm/state_proof_json.hpp"

#include <optional>

#include <nlohmann/json.hpp>

#include "crypto/json.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/answer_fields.hpp"
#include "ledger/evm/header_json.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/trie_node.hpp"
#include "ledger/evm/trie_proof.hpp"

namespace kedge::ledger::evm {
namespace {

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

/// Some clients list nodes that stand in their parent anyway, and name the root of an empty trie.
std::vector<Bytes> without_embedded(std::vector<Bytes> nodes) {
  std::vector<Bytes> out;
  for (Bytes& node : nodes) {
    if (out.empty() || node.size() >= kMinHashedNode) out.push_back(std::move(node));
  }
  return out;
}

/// Clients write the key of a slot as a word, or as a quantity without leading zeros.
std::optional<Hash> storage_key(const AnswerFields& slot) {
  const nlohmann::json& key = slot.raw("key");
  if (!key.is_string()) return std::nullopt;
  const auto& text = key.get_ref<const std::string&>();
  if (const auto word = hash_from_data(text)) return *word;
  const auto number = u256_from_quantity(text);
  return number ? std::optional(number->word()) : std::nullopt;
}

}  // namespace

std::string state_proof_params(const Address& contract, const Hash& log_id,
                               std::uint64_t block_number) {
  return "[" + quoted(to_text(contract)) + ",[" + quoted(to_data(head_slot(log_id))) + "," +
         quoted(to_data(state_slot(log_id))) + "]," + quoted(to_quantity(block_number)) + "]";
}

Result<StateProof> state_proof_from_answer(std::string_view json, const Hash& log_id) {
  const auto value = crypto::parse_json(json, {.max_bytes = kMaxAnswer, .max_depth = 8});
  if (!value) return value.error();
  Status status;
  AnswerFields in(*value, "", status);
  StateProof out;
  out.account = without_embedded(in.data_list("accountProof", kMaxTrieProof, kMaxTrieNode));
  std::size_t index = 0;
  for (const nlohmann::json* element : in.list("storageProof", 16)) {
    const std::string path = "storageProof[" + std::to_string(index++) + "]";
    AnswerFields slot(*element, path, status);
    auto nodes = without_embedded(slot.data_list("proof", kMaxTrieProof, kMaxTrieNode));
    const std::optional<Hash> key = storage_key(slot);
    if (key == head_slot(log_id)) out.head = std::move(nodes);
    if (key == state_slot(log_id)) out.state = std::move(nodes);
  }
  if (!status) return status.error();
  return out;
}

}  // namespace kedge::ledger::evm
