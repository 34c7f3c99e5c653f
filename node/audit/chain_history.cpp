// SPDX-License-Identifier: Apache-2.0
#include "node/audit/chain_history.hpp"

#include <algorithm>
#include <functional>
#include <optional>

#include "crypto/keccak.hpp"
#include "ledger/evm/contract_code.hpp"
#include "ledger/evm/header_json.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/state_proof_json.hpp"

namespace kedge::node {
namespace {

using namespace ledger::evm;

/// How often everything is done again because the chain has re-organised meanwhile.
constexpr int kMaxReorganisations = 3;
constexpr std::uint64_t kMsPerSecond = 1000;

Error doubtful(std::string what) {
  return {Errc::unavailable, std::move(what)};
}

class ChainReader {
 public:
  ChainReader(Nodes& nodes, const ChainOptions& options, AnchorCache& cache)
      : nodes_(nodes), options_(options), trust_(options.trust), cache_(cache) {}

  Result<ChainHistory> run() {
    for (int i = 0; i < kMaxReorganisations; ++i) {
      out_ = {};
      if (const Status settled = settle_on_block(); !settled) return settled.error();
      if (const Status proved = prove_head(); !proved) return proved.error();
      const auto complete = read_events();
      if (!complete) return complete.error();
      if (*complete) return std::move(out_);
      const auto hash = agreed_hash(out_.block.number);
      if (!hash) return hash.error();
      if (*hash == out_.block.hash) return std::move(out_);
    }
    return doubtful("the chain re-organises again and again beyond block " +
                    std::to_string(out_.block.number));
  }

 private:
  Status settle_on_block();
  Result<std::uint64_t> common_height();
  Result<Hash> agreed_hash(std::uint64_t number);
  Status prove_head();
  void ask_for_proof();
  Status ask_for_state();
  Status judge();
  Result<bool> read_events();
  Result<bool> read_from(EthApi& api);
  Status continue_reading(EthApi& api);
  void take(const std::vector<ListedAnchor>& anchors);

  Nodes& nodes_;
  const ChainOptions& options_;
  const LedgerTrust& trust_;
  AnchorCache& cache_;
  ChainHistory out_;
  LogState state_;
  std::optional<HashedHeader> header_;
  std::optional<ProvedState> proved_;
  /// Why there is no proof.
  std::string unproved_;
};

/// The highest block that as many nodes have as must agree.
Result<std::uint64_t> ChainReader::common_height() {
  std::vector<std::uint64_t> heights;
  std::vector<Error> errors;
  for (EthApi& api : nodes_.apis()) {
    const auto head = api.block(BlockId::latest());
    if (head) {
      heights.push_back(head->number);
    } else {
      errors.push_back(head.error());
    }
  }
  if (heights.size() < nodes_.agree()) return nodes_.joined(errors);
  std::ranges::sort(heights, std::greater());
  const std::uint64_t height = heights[nodes_.agree() - 1];
  return height - std::min(height, options_.confirmations);
}

Result<Hash> ChainReader::agreed_hash(std::uint64_t number) {
  return nodes_.agreed<Hash>([&](EthApi& api) -> Result<Hash> {
    const auto block = api.block(BlockId::at(number));
    if (!block) return block.error();
    return block->hash;
  });
}

Status ChainReader::settle_on_block() {
  const auto height = common_height();
  if (!height) return height.error();
  out_.block.number = *height;
  if (const auto* pins = std::get_if<std::vector<PinnedBlock>>(&trust_.blocks)) {
    std::uint64_t newest = 0;
    for (const PinnedBlock& pin : *pins) {
      if (pin.number <= *height) newest = std::max(newest, pin.number);
    }
    out_.block.number = newest;
  }
  const auto hash = agreed_hash(out_.block.number);
  if (!hash) return hash.error();
  out_.block.hash = *hash;
  return {};
}

/// The header of a block, from one node, checked against its hash.
Result<HashedHeader> read_header(EthApi& api, const Block& block) {
  auto header = header_from_block(block.json);
  if (header && header->hash == block.hash) return header;
  const auto raw = api.text("debug_getRawHeader", "[\"" + to_quantity(block.number) + "\"]");
  if (raw) return header_from_raw(*raw, block.hash);
  return header ? Error{Errc::unavailable, "the header does not have its hash"} : header.error();
}

Result<ProvedState> read_state(EthApi& api, const Header& header, const LedgerTrust& trust) {
  const auto text =
      api.text("eth_getProof", state_proof_params(trust.contract, trust.log_id, header.number()));
  if (!text) return text.error();
  const auto nodes = state_proof_from_answer(*text, trust.log_id);
  if (!nodes) return nodes.error();
  return prove_log_state(header, trust.contract, trust.log_id, *nodes);
}

/// From the first node that shows it; what the others lack, for a person.
void ChainReader::ask_for_proof() {
  header_.reset();
  proved_.reset();
  unproved_.clear();
  for (EthApi& api : nodes_.apis()) {
    const auto complain = [&](const Error& error) {
      unproved_ += (unproved_.empty() ? "" : "; ") + api.name() + ": " + error.message;
    };
    const auto block = api.block(BlockId::at(out_.block.number));
    if (!block || block->hash != out_.block.hash) {
      complain(block ? doubtful("shows another block") : block.error());
      continue;
    }
    out_.block_time = block->time;
    auto header = read_header(api, *block);
    if (!header) {
      complain(header.error());
      continue;
    }
    header_ = *std::move(header);
    const auto state = read_state(api, header_->header, trust_);
    if (state) {
      proved_ = *state;
      return;
    }
    complain(state.error());
  }
}

/// Head and code by the word of as many nodes as must agree.
Status ChainReader::ask_for_state() {
  const BlockId at = BlockId::at(out_.block.number);
  const auto state = nodes_.agreed<LogState>(
      [&](EthApi& api) { return api.log_state(trust_.contract, trust_.log_id, at); });
  if (!state) return state.error();
  const auto code =
      nodes_.agreed<Bytes>([&](EthApi& api) { return api.code(trust_.contract, at); });
  if (!code) return code.error();
  proved_ = ProvedState{*state, crypto::keccak256(*code)};
  out_.remarks.push_back("no node proves the log's head by eth_getProof: " + unproved_);
  return {};
}

Status ChainReader::judge() {
  LedgerProof proof;
  proof.chain_id = trust_.chain_id;
  BlockVerdict verdict;
  if (header_) {
    proof.rules = header_->rules;
    const ProvedBlock block{header_->header, header_->hash, 0, proved_->code_hash, {}};
    verdict = judge_block(proof, block, trust_, options_.block_hashes);
  } else {
    verdict = judge_block_hash(out_.block.number, out_.block.hash, trust_, options_.block_hashes);
  }
  const std::string where = "block " + std::to_string(out_.block.number);
  if (verdict.belief == Belief::contradicted) {
    return doubtful("the trust file contradicts " + where + " that the nodes show: " + verdict.why);
  }
  if (verdict.belief == Belief::unknown) {
    return doubtful("nobody whom the trust file names vouches for " + where + ": " + verdict.why);
  }
  out_.why = "the word of " + verdict.why;
  return {};
}

Status ChainReader::prove_head() {
  ask_for_proof();
  const bool by_state_root = proved_.has_value();
  if (!by_state_root) {
    if (const Status asked = ask_for_state(); !asked) return asked;
  }
  if (const Status judged = judge(); !judged) return judged;
  out_.why += by_state_root ? "; the log's head by the state root in it"
                            : "; the log's head by the word of " + std::to_string(nodes_.agree()) +
                                  " of " + std::to_string(nodes_.apis().size()) + " nodes";
  if (trust_.code_hash && *trust_.code_hash != proved_->code_hash) {
    return doubtful("the contract runs other code than the trusted one");
  }
  if (!trust_.code_hash && proved_->code_hash != anchor_log_code().runtime_hash) {
    out_.remarks.push_back(
        "the contract runs other code than AnchorLog: name its code_hash in the trust file if "
        "that is meant");
  }
  state_ = proved_->state;
  if (state_.controller == Address{}) {
    return invalid_argument("the contract has no such log", "log_id");
  }
  out_.head = {state_.head, state_.seq};
  return {};
}

Status ChainReader::continue_reading(EthApi& api) {
  std::uint64_t from = options_.first_block;
  if (const auto& mark = cache_.mark()) {
    const auto block = api.block(BlockId::at(mark->number));
    if (mark->number <= out_.block.number && block && block->hash == mark->hash) {
      from = mark->number + 1;
    } else if (const Status cleared = cache_.clear(); !cleared) {
      return cleared;
    }
  }
  const std::uint64_t first = options_.first_block;
  const std::uint64_t total = out_.block.number - std::min(first, out_.block.number) + 1;
  if (from > out_.block.number) return {};
  return read_anchors(api, trust_.contract, trust_.log_id, from, out_.block.number,
                      [&](std::span<const ListedAnchor> anchors, BlockMark mark) -> Status {
                        const Status kept = cache_.append(anchors, mark);
                        if (kept && options_.progress) {
                          options_.progress(mark.number - first + 1, total);
                        }
                        return kept;
                      });
}

void ChainReader::take(const std::vector<ListedAnchor>& anchors) {
  out_.events.clear();
  for (const ListedAnchor& anchor : anchors) {
    out_.events.push_back({anchor.event.seq, anchor.event.root, anchor.event.size,
                           anchor.event.head, anchor.time * kMsPerSecond});
  }
}

/// Whether the node's events lead to the proved head.
Result<bool> ChainReader::read_from(EthApi& api) {
  if (const Status read = continue_reading(api); !read) return read.error();
  std::vector<ListedAnchor> anchors = cache_.anchors();
  auto dropped = drop_unfounded(api, anchors);
  if (!dropped) return dropped.error();
  take(anchors);
  for (std::string& remark : *dropped) out_.remarks.push_back(std::move(remark));
  if (!leads_to(anchors, trust_.log_id, state_)) return false;
  if (!anchors.empty() && anchors.back().time != state_.time) {
    return doubtful(api.name() + " gives block " + std::to_string(anchors.back().block_number) +
                    " another time than the contract has kept");
  }
  return true;
}

Result<bool> ChainReader::read_events() {
  std::string errors;
  bool answered = false;
  for (EthApi& api : nodes_.apis()) {
    // What is in the cache may come from a node that had left something out.
    for (bool fresh = !cache_.mark();; fresh = true) {
      const auto complete = read_from(api);
      if (complete && *complete) return true;
      if (complete) {
        answered = true;
      } else {
        errors += (errors.empty() ? "" : "; ") + complete.error().message;
      }
      if (!complete) break;
      if (const Status cleared = cache_.clear(); !cleared) return cleared.error();
      if (!fresh) continue;
      out_.remarks.push_back("the events that " + api.name() +
                             " lists do not lead to the log's head");
      break;
    }
  }
  if (answered) return false;
  return doubtful(errors);
}

}  // namespace

Result<ChainHistory> read_chain_history(Nodes& nodes, const ChainOptions& options,
                                        AnchorCache& cache) {
  return ChainReader(nodes, options, cache).run();
}

}  // namespace kedge::node
