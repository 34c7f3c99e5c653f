// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "config/key_kinds.hpp"

/// The keys of `[[ledger]]`.
namespace kedge::config {
namespace {

using namespace kinds;
using std::chrono::hours;
using std::chrono::seconds;

/// `0x` and so many digits.
bool is_data(std::string_view text, std::size_t digits) {
  return text.size() == digits + 2 && text.starts_with("0x") &&
         text.substr(2).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

bool is_address(std::string_view text) {
  return is_data(text, 40);
}

bool is_hash(std::string_view text) {
  return is_data(text, 64);
}

bool is_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

bool is_url_or_empty(std::string_view text) {
  return text.empty() || is_url(text);
}

bool is_ws_or_empty(std::string_view text) {
  return text.empty() || text.starts_with("ws://") || text.starts_with("wss://");
}

bool is_path_or_empty(std::string_view text) {
  return text.empty() || is_one_line(text);
}

bool is_address_or_empty(std::string_view text) {
  return text.empty() || is_address(text);
}

bool is_hash_or_empty(std::string_view text) {
  return text.empty() || is_hash(text);
}

// A member of the settings, for reading and writing alike.
#define KEDGE_MEMBER(member)  \
  [](auto& target) -> auto& { \
    return target.member;     \
  }

std::vector<Key<LedgerSettings>> make_ledger_keys() {
  using L = LedgerSettings;
  return {
      text<L>("name", KEDGE_MEMBER(name), is_name,
              "1 to 64 lower-case letters, digits, \"-\" and \"_\"",
              "Unique in the node, and for ever: it is stored with every anchor."),
      choice<L>(
          "kind", KEDGE_MEMBER(kind), {"embedded", "evm"},
          "\"embedded\" is a file of signed checkpoints, which proves nothing against the node "
          "itself; \"evm\" is the contract AnchorLog on an EVM chain."),
  };
}

std::vector<Key<LedgerSettings>> make_evm_keys() {
  using L = LedgerSettings;
  constexpr std::uint64_t kMaxInteger = std::numeric_limits<std::int64_t>::max();
  const std::string_view file = "a path, or nothing";
  return {
      unshown(list<L>(
          "urls", KEDGE_MEMBER(evm.urls), is_url, "a list of http and https URLs",
          "Nodes of the chain. A key in a path, a query or user information stays out of logs.")),
      unshown(text<L>("ws_url", KEDGE_MEMBER(evm.ws_url), is_ws_or_empty,
                      "a ws or wss URL, or nothing",
                      "Where a node tells of new blocks (newHeads): a hint to look sooner, never "
                      "more.")),
      integer<L>("agree", KEDGE_MEMBER(evm.agree), 0, 100,
                 "How many nodes must say the same before it is believed; 0 means more than half."),
      text<L>("ca_file", KEDGE_MEMBER(evm.ca_file), is_path_or_empty, file,
              "PEM file of the certificates to trust; nothing means the system's."),
      text<L>("token_file", KEDGE_MEMBER(evm.token_file), is_path_or_empty, file,
              "File with a bearer token for the nodes; only its owner may read it."),
      duration<L>("call_timeout", KEDGE_MEMBER(evm.call_timeout), milliseconds(100), hours(1),
                  "Time in which a node must answer."),
      duration<L>("poll_interval", KEDGE_MEMBER(evm.poll_interval), milliseconds(10), hours(1),
                  "Time between two looks at an anchor that is not final; half a block is good."),
      integer<L>("chain_id", KEDGE_MEMBER(evm.chain_id), 0, kMaxInteger,
                 "The chain; every node is asked for it on every connection."),
      text<L>("contract", KEDGE_MEMBER(evm.contract), is_address_or_empty, "0x and 40 hex digits",
              "Address of the contract AnchorLog."),
      text<L>("log_id", KEDGE_MEMBER(evm.log_id), is_hash_or_empty, "0x and 64 hex digits",
              "The log in the contract, as \"kedge ledger open\" names it."),
      integer<L>("first_block", KEDGE_MEMBER(evm.first_block), 0, kMaxInteger,
                 "The block in which the log was opened, or an earlier one."),
      choice<L>("signer", KEDGE_MEMBER(evm.signer), {"key", "keystore", "remote"},
                "A key file for development, an Ethereum keystore, or eth_signTransaction."),
      text<L>("key_file", KEDGE_MEMBER(evm.key_file), is_path_or_empty, file,
              "The key or keystore; only its owner may read it. Used by nothing but this node."),
      text<L>("password_file", KEDGE_MEMBER(evm.password_file), is_path_or_empty, file,
              "The keystore's password."),
      unshown(text<L>("signer_url", KEDGE_MEMBER(evm.signer_url), is_url_or_empty,
                      "a URL, or nothing", "Where the remote signer is.")),
      text<L>("account", KEDGE_MEMBER(evm.account), is_address_or_empty, "0x and 40 hex digits",
              "Whose key the remote signer uses."),
      choice<L>("fees", KEDGE_MEMBER(evm.fees), {"zero", "legacy", "dynamic"},
                "How gas is paid for; \"dynamic\" is EIP-1559."),
      integer<L>("gas_price", KEDGE_MEMBER(evm.gas_price), 0, kMaxInteger,
                 "Legacy: wei for a unit of gas; 0 asks the node."),
      integer<L>("priority_fee", KEDGE_MEMBER(evm.priority_fee), 0, kMaxInteger,
                 "Dynamic: wei for a unit of gas; 0 asks the node."),
      integer<L>("max_gas_price", KEDGE_MEMBER(evm.max_gas_price), 0, kMaxInteger,
                 "Never more wei than this for a unit of gas."),
      integer<L>("gas_limit", KEDGE_MEMBER(evm.gas_limit), 21'000, 16'777'216,
                 "Of a transaction; an anchor takes about 36,500."),
      duration<L>("bump_after", KEDGE_MEMBER(evm.bump_after), seconds(1), hours(24),
                  "A transaction that waits for longer is replaced by one that pays 10 % more."),
      choice<L>(
          "finality", KEDGE_MEMBER(evm.finality), {"depth", "finalized", "bft"},
          "When a block is final: after \"depth\" blocks, by the chain's \"finalized\" tag, or "
          "by its validators' seals (IBFT 2.0, QBFT)."),
      integer<L>("depth", KEDGE_MEMBER(evm.depth), 1, 1'000'000,
                 "Blocks that make a block final, itself included."),
      list<L>("validators", KEDGE_MEMBER(evm.validators), is_address, "a list of addresses",
              "Who seals the blocks, for \"bft\"."),
  };
}

#undef KEDGE_MEMBER

}  // namespace

const std::vector<Key<LedgerSettings>>& ledger_keys() {
  static const std::vector<Key<LedgerSettings>> table = make_ledger_keys();
  return table;
}

const std::vector<Key<LedgerSettings>>& evm_ledger_keys() {
  static const std::vector<Key<LedgerSettings>> table = make_evm_keys();
  return table;
}

}  // namespace kedge::config
