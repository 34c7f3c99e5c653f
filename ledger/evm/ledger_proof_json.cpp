// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "crypto/hex.hpp"
#include "crypto/json.hpp"
#include "ledger/evm/ledger_proof.hpp"
#include "ledger/evm/trie_node.hpp"
#include "ledger/evm/trie_proof.hpp"

namespace kedge::ledger::evm {
namespace {

/// Integers beyond are not interoperable in JSON (RFC 7493 section 2.2).
constexpr std::uint64_t kMaxInteger = (std::uint64_t{1} << 53) - 1;

/// Writes the members of an object in the order in which they are called: that of RFC 8785.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }

  std::string& value(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    out_.append("\"").append(name).append("\":");
    return out_;
  }
  void text(std::string_view name, std::string_view plain) {
    value(name).append("\"").append(plain).append("\"");
  }
  void hex(std::string_view name, ByteView octets) {
    value(name) += '"';
    crypto::append_hex(out_, octets);
    out_ += '"';
  }
  void number(std::string_view name, std::uint64_t number) {
    value(name) += std::to_string(number);
  }
  void nodes(std::string_view name, const std::vector<Bytes>& nodes) {
    value(name) += '[';
    for (const Bytes& node : nodes) {
      out_ += &node == &nodes.front() ? "\"" : ",\"";
      crypto::append_hex(out_, node);
      out_ += '"';
    }
    out_ += ']';
  }
  void close() { out_ += '}'; }

 private:
  std::string& out_;
  bool first_ = true;
};

/// Reads fields by name and remembers the first that is missing or wrong.
class Fields {
 public:
  Fields(const nlohmann::json& object, std::string path, Status& status)
      : object_(object), path_(std::move(path)), status_(status) {}

  const std::string& text(const char* name) {
    static const std::string none;
    const auto found = object_.find(name);
    if (found != object_.end() && found->is_string()) return found->get_ref<const std::string&>();
    refuse("expected a text", name);
    return none;
  }

  std::uint64_t integer(const char* name) {
    const auto found = object_.find(name);
    if (found != object_.end() && found->is_number_unsigned() &&
        found->get<std::uint64_t>() <= kMaxInteger) {
      return found->get<std::uint64_t>();
    }
    refuse("expected an integer from 0 to 2^53 - 1", name);
    return 0;
  }

  template <std::size_t N>
  std::array<std::uint8_t, N> fixed(const char* name) {
    std::array<std::uint8_t, N> out{};
    if (!crypto::decode_hex(text(name), out)) {
      refuse("expected " + std::to_string(2 * N) + " lower-case hex digits", name);
    }
    return out;
  }

  Bytes octets(const char* name, std::size_t max_size) {
    return octets(text(name), name, max_size);
  }

  std::vector<Bytes> nodes(const char* name) {
    std::vector<Bytes> out;
    const auto found = object_.find(name);
    if (found == object_.end() || !found->is_array() || found->size() > kMaxTrieProof) {
      refuse("expected at most " + std::to_string(kMaxTrieProof) + " nodes", name);
      return out;
    }
    for (const nlohmann::json& node : *found) {
      if (!node.is_string()) {
        refuse("expected texts", name);
        return out;
      }
      out.push_back(octets(node.get_ref<const std::string&>(), name, kMaxTrieNode));
    }
    return out;
  }

  /// nullptr where the member is not there.
  const nlohmann::json* object(const char* name) {
    const auto found = object_.find(name);
    if (found == object_.end()) return nullptr;
    if (found->is_object()) return &*found;
    refuse("expected an object", name);
    return nullptr;
  }

  void refuse(std::string message, const char* name) {
    if (status_) status_ = invalid_argument(std::move(message), path_ + name);
  }

 private:
  Bytes octets(const std::string& hex, const char* name, std::size_t max_size) {
    auto out = crypto::from_hex(hex);
    if (out && !out->empty() && out->size() <= max_size) return *std::move(out);
    refuse("expected 1 to " + std::to_string(max_size) + " octets in lower-case hex", name);
    return {};
  }

  const nlohmann::json& object_;
  const std::string path_;
  Status& status_;
};

/// A number of 64 bits as text, without leading zeros.
std::uint64_t decimal(const std::string& text, Fields& fields, const char* name) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end && value > 0 && std::to_string(value) == text) {
    return value;
  }
  fields.refuse("expected a decimal number from 1 to 2^64 - 1, as text", name);
  return 0;
}

LedgerProof read_proof(const nlohmann::json& value, Status& status) {
  LedgerProof proof;
  Fields in(value, "", status);
  if (in.text("ledger") != kEvmKind) in.refuse("expected \"evm\"", "ledger");
  proof.chain_id = decimal(in.text("chainId"), in, "chainId");
  proof.contract = in.fixed<20>("contract");
  proof.checkpoint.log_id = in.fixed<32>("logId");
  proof.checkpoint.seq = in.integer("seq");
  proof.checkpoint.root = in.fixed<32>("root");
  proof.checkpoint.size = in.integer("size");
  proof.prev_head = in.fixed<32>("prevHead");
  const auto rules = block_rules_from_name(in.text("rules"));
  if (!rules) in.refuse(rules.error().message, "rules");
  proof.rules = rules ? *rules : BlockRules::plain;
  proof.header = in.octets("header", kMaxHeader);
  if (const auto* object = in.object("state")) {
    Fields state(*object, "state.", status);
    proof.state = StateProof{state.nodes("account"), state.nodes("head"), state.nodes("state")};
  }
  if (const auto* object = in.object("receipt")) {
    Fields receipt(*object, "receipt.", status);
    const std::uint64_t index = receipt.integer("transactionIndex");
    const std::uint64_t log_index = receipt.integer("logIndex");
    proof.receipt = ReceiptProof{index, log_index, receipt.nodes("nodes")};
  }
  return proof;
}

}  // namespace

Result<std::string> format_ledger_proof(const LedgerProof& proof) {
  if (!proof.state && !proof.receipt) {
    return invalid_argument("expected a state or a receipt proof");
  }
  std::uint64_t largest = std::max(proof.checkpoint.seq, proof.checkpoint.size);
  if (proof.receipt) {
    largest = std::max({largest, proof.receipt->transaction_index, proof.receipt->log_index});
  }
  if (largest > kMaxInteger) return invalid_argument("expected integers from 0 to 2^53 - 1");
  std::string out;
  Members members(out);
  members.text("chainId", std::to_string(proof.chain_id));
  members.hex("contract", proof.contract);
  members.hex("header", proof.header);
  members.text("ledger", kEvmKind);
  members.hex("logId", proof.checkpoint.log_id);
  members.hex("prevHead", proof.prev_head);
  if (proof.receipt) {
    Members receipt(members.value("receipt"));
    receipt.number("logIndex", proof.receipt->log_index);
    receipt.nodes("nodes", proof.receipt->nodes);
    receipt.number("transactionIndex", proof.receipt->transaction_index);
    receipt.close();
  }
  members.hex("root", proof.checkpoint.root);
  members.text("rules", block_rules_name(proof.rules));
  members.number("seq", proof.checkpoint.seq);
  members.number("size", proof.checkpoint.size);
  if (proof.state) {
    Members state(members.value("state"));
    state.nodes("account", proof.state->account);
    state.nodes("head", proof.state->head);
    state.nodes("state", proof.state->state);
    state.close();
  }
  members.close();
  if (out.size() > kMaxLedgerProof) return invalid_argument("the proof is larger than 1 MiB");
  return out;
}

Result<LedgerProof> parse_ledger_proof(std::string_view json) {
  const auto value = crypto::parse_json(json, {.max_bytes = kMaxLedgerProof, .max_depth = 3});
  if (!value) return value.error();
  if (!value->is_object()) return invalid_argument("expected an object");
  Status status;
  LedgerProof proof = read_proof(*value, status);
  if (!status) return status.error();
  const auto canonical = format_ledger_proof(proof);
  if (!canonical) return canonical.error();
  if (*canonical != json) return invalid_argument("expected the record in RFC 8785 form");
  return proof;
}

}  // namespace kedge::ledger::evm
