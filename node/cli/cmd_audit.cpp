// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "node/audit/log_mirror.hpp"
#include "node/audit/log_parts.hpp"
#include "node/audit/tile_log.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/audit_report.hpp"
#include "node/cli/audit_sources.hpp"
#include "node/cli/chain_nodes.hpp"
#include "node/cli/command.hpp"
#include "node/cli/progress.hpp"
#include "node/cli/status_source.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kMsPerSecond = 1000;
constexpr std::uint64_t kYear = 31'536'000;

class AuditCommand : public Command {
 public:
  std::string name() const override { return "audit"; }
  std::string summary() const override { return "Replay a ledger's history against a node's log"; }

  void declare(Arguments& arguments) override {
    arguments.option("--trust", trust_file_, "FILE",
                     "The log's keys, the ledger, and why its blocks are believed");
    arguments.options("--ledger", ledger_urls_, "URL...",
                      "Nodes of the chain (default: those of the trust file)");
    arguments.option("--node", node_url_, "URL", "The anchoring node whose log is audited");
    arguments.option("--mirror", mirror_, "DIR",
                     "Keep a mirror of the log here and extend it; without --node audit what is in "
                     "it");
    arguments.flag("--deep", deep_, "Compute every batch root anew from its leaf hashes");
    arguments.options("--check-bundle", bundles_, "FILE...",
                      "Proof bundles that issuers and verifiers hold");
    arguments.option("--log-id", log_id_, "HEX", "Which ledger, if the trust file has several");
    arguments.option("--first-block", first_block_, 0, UINT64_MAX,
                     "The block in which the log was opened, or an earlier one");
    arguments.option("--confirmations", confirmations_, 0, 1'000'000,
                     "Blocks that must stand on the one up to which the ledger is read");
    arguments.option("--agree", agree_, 0, 1024,
                     "How many nodes of the chain must say the same (0: more than half)");
    arguments.option("--slack", slack_, 0, kYear,
                     "Seconds by which an entry may be off the anchors around it");
    arguments.option("--patience", patience_, 0, 86'400,
                     "Seconds to go on asking a node of the chain that does not answer");
    arguments.option("--evidence", evidence_, "DIR",
                     "Where signed checkpoints that contradict each other are kept (default: the "
                     "mirror, else the working directory)");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "Nothing that the nodes say is believed that can be computed. Reading goes on where it "
        "was\n"
        "interrupted if there is a mirror.\n"
        "Exit status: 0 clean, 1 something is wrong, 3 it could not be checked.");
  }

  ExitStatus run(Terminal& terminal) override {
    if (const std::string missing = what_is_missing(); !missing.empty()) {
      terminal.error(missing);
      return ExitStatus::usage;
    }
    const Status prepared = prepare();
    if (!prepared) {
      terminal.error("nothing was audited", prepared.error());
      return ExitStatus::usage;
    }
    if (const Status audited = audit(terminal); !audited) {
      terminal.error("the audit could not be made", audited.error());
      return ExitStatus::unknown;
    }
    if (json_) {
      terminal.line(audit_to_json(outcome_));
    } else {
      print_audit(terminal, outcome_);
    }
    return outcome_.report.clean() ? ExitStatus::done : ExitStatus::failed;
  }

 private:
  [[nodiscard]] std::string what_is_missing() const {
    if (trust_file_.empty()) return "audit wants --trust: whom to believe, and about what";
    if (node_url_.empty() && mirror_.empty()) return "audit wants --node, --mirror or both";
    if (node_url_.empty() && deep_) return "--deep wants --node: a mirror has no leaf hashes";
    return {};
  }

  /// Everything that needs no network.
  Status prepare() {
    auto trust = read_audit_trust(trust_file_, log_id_);
    if (!trust) return trust.error();
    trust_ = *std::move(trust);
    trust_->trust.block_hashes = &asked_;
    auto nodes =
        open_chain_nodes(ledger_urls_, trust_->ledger, agree_, std::chrono::seconds(patience_));
    if (!nodes) return nodes.error();
    nodes_ = *std::move(nodes);
    options_ = HistoryOptions{.origin = trust_->origin,
                              .log_keys = trust_->trust.log_keys,
                              .log_id = trust_->ledger.log_id,
                              .slack_ms = slack_ * kMsPerSecond};
    outcome_.origin = trust_->origin;
    outcome_.ledger = trust_->ledger;
    return {};
  }

  Status audit(Terminal& terminal) {
    if (const Status held = read_bundles(); !held) return held;
    std::unique_ptr<LogMirror> mirror;
    if (!mirror_.empty()) {
      auto opened = LogMirror::open(mirror_);
      if (!opened) return opened.error();
      mirror = *std::move(opened);
      if (node_url_.empty() && mirror->size() == 0) {
        return invalid_argument("the mirror is empty: fill it with --node", "--mirror");
      }
      outcome_.mirrored = mirror->size();
    }
    std::unique_ptr<TileLog> node;
    std::optional<rpc::Client> asked;
    std::optional<NodeStatusSource> statuses;
    if (!node_url_.empty()) {
      std::vector<rpc::Client> clients;
      for (std::size_t i = 0; i < 1 + (deep_ ? kPartReaders : 1); ++i) {
        auto client = rpc::Client::connect(node_url_);
        if (!client) return Error{client.error().code, client.error().message, "--node"};
        clients.push_back(*std::move(client));
      }
      asked.emplace(std::move(clients.back()));
      clients.pop_back();
      node = std::make_unique<TileLog>(std::move(clients));
      statuses.emplace(*asked);
      options_.statuses = &*statuses;
    }
    if (const Status read = read_chain(terminal); !read) return read;
    if (const Status replayed = replay(terminal, mirror.get(), node.get()); !replayed) {
      return replayed;
    }
    if (statuses) outcome_.status_changes = outcome_.report.status_changes;
    options_.statuses = nullptr;
    for (HistoryFault& fault : bundle_faults_) outcome_.report.add(std::move(fault), options_);
    if (node) {
      if (const Status checked = check_parts(terminal, *node); !checked) return checked;
    }
    return keep_all_evidence();
  }

  Status read_bundles() {
    for (const std::string& file : bundles_) {
      auto held = read_held_bundle(file, trust_->trust);
      if (!held) return held.error();
      options_.held.push_back(std::move(held->checkpoint));
      if (held->fault) bundle_faults_.push_back(*std::move(held->fault));
    }
    outcome_.bundles = bundles_.size();
    return {};
  }

  Status read_chain(Terminal& terminal) {
    AnchorCache cache;
    if (!mirror_.empty()) {
      const ledger::evm::LedgerTrust& ledger = trust_->ledger;
      auto opened = AnchorCache::open(fs::path(mirror_) / "anchors", ledger_name(ledger));
      if (!opened) return opened.error();
      cache = *std::move(opened);
    }
    std::optional<Progress> shown;
    const auto progress = [&](std::uint64_t done, std::uint64_t total) {
      if (!shown) shown.emplace(terminal, "blocks", total);
      shown->advance_to(done);
      if (done == total) shown->finish();
    };
    auto chain = read_chain_history(*nodes_,
                                    {.trust = trust_->ledger,
                                     .block_hashes = &asked_,
                                     .first_block = first_block_,
                                     .confirmations = confirmations_,
                                     .progress = progress},
                                    cache);
    if (!chain) return chain.error();
    outcome_.chain = *std::move(chain);
    return {};
  }

  Status replay(Terminal& terminal, LogMirror* mirror, TileLog* node) {
    std::optional<Progress> shown;
    options_.progress = [&](std::uint64_t done, std::uint64_t total) {
      if (!shown) shown.emplace(terminal, "log entries", total);
      shown->advance_to(done);
      if (done == total) shown->finish();
    };
    const ChainHistory& chain = outcome_.chain;
    auto report = replay_with(chain, mirror, node);
    options_.progress = nullptr;
    if (!report) return report.error();
    outcome_.report = *std::move(report);
    return {};
  }

  Result<HistoryReport> replay_with(const ChainHistory& chain, LogMirror* mirror,
                                    TileLog* node) const {
    if (node == nullptr) {
      MirrorSource source(*mirror);
      return audit_history(chain.events, chain.head, source, options_);
    }
    if (mirror == nullptr) return audit_history(chain.events, chain.head, *node, options_);
    return audit_with_mirror(chain.events, chain.head, *node, *mirror, options_);
  }

  Status check_parts(Terminal& terminal, TileLog& node) {
    HistoryReport& report = outcome_.report;
    Progress epochs(terminal, "checkpoints", report.epochs.size());
    const Status checkpoints = audit_checkpoints(
        node, options_, report, [&](std::uint64_t done) { epochs.advance_to(done); });
    if (!checkpoints) return checkpoints;
    epochs.finish();
    outcome_.checkpoints = report.epochs.size();
    if (!deep_) return {};
    Progress leaves(terminal, "leaf hashes", report.credentials);
    const Status batches =
        audit_batches(node, options_, report, [&](std::uint64_t done) { leaves.advance_to(done); });
    if (!batches) return batches;
    leaves.finish();
    outcome_.deep = report.credentials;
    return {};
  }

  Status keep_all_evidence() {
    fs::path directory = !evidence_.empty() ? evidence_ : mirror_.empty() ? "." : mirror_;
    for (const HistoryFault& fault : outcome_.report.faults) {
      std::vector<std::string>& files = outcome_.evidence.emplace_back();
      for (const std::string& note : fault.evidence) {
        const auto kept = keep_evidence(directory, note);
        if (!kept) return kept.error();
        files.push_back(kept->string());
      }
    }
    return {};
  }

  static std::string ledger_name(const ledger::evm::LedgerTrust& ledger);

  std::string trust_file_;
  std::vector<std::string> ledger_urls_;
  std::string node_url_;
  std::string mirror_;
  bool deep_ = false;
  std::vector<std::string> bundles_;
  std::string log_id_;
  std::uint64_t first_block_ = 0;
  std::uint64_t confirmations_ = 0;
  std::uint64_t agree_ = 0;
  std::uint64_t slack_ = 600;
  std::uint64_t patience_ = 60;
  std::string evidence_;
  bool json_ = false;

  ChainNodes asked_;
  std::optional<AuditTrust> trust_;
  std::unique_ptr<ledger::evm::Nodes> nodes_;
  HistoryOptions options_;
  std::vector<HistoryFault> bundle_faults_;
  AuditOutcome outcome_;
};

std::string AuditCommand::ledger_name(const ledger::evm::LedgerTrust& ledger) {
  return std::to_string(ledger.chain_id) + " " + ledger::evm::to_text(ledger.contract) + " " +
         ledger::evm::to_data(ledger.log_id);
}

}  // namespace

std::unique_ptr<Command> make_audit_command() {
  return std::make_unique<AuditCommand>();
}

}  // namespace kedge::node::cli
