// SPDX-License-Identifier: Apache-2.0
#include "node/cli/audit_report.hpp"

#include "crypto/rfc3339.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/quantity.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::uint64_t kMsPerSecond = 1000;

std::string json_list(const std::vector<std::string>& texts) {
  std::string out = "[";
  for (const std::string& text : texts) {
    if (out.size() > 1) out += ',';
    append_any_text(out, text);
  }
  return out + "]";
}

std::string faults_json(const AuditOutcome& outcome) {
  std::string out = "[";
  for (std::size_t i = 0; i < outcome.report.faults.size(); ++i) {
    const HistoryFault& fault = outcome.report.faults[i];
    if (out.size() > 1) out += ',';
    out += JsonLine()
               .text("kind", history_fault_name(fault.kind))
               .text("where", fault.where)
               .text("what", fault.what)
               .raw("evidence", json_list(outcome.evidence[i]))
               .finished();
  }
  return out + "]";
}

std::string deep_text(const AuditOutcome& outcome) {
  return outcome.deep ? human_count(*outcome.deep) + " leaf hashes" : "not asked for (--deep)";
}

std::string status_text(const AuditOutcome& outcome) {
  return outcome.status_changes ? human_count(*outcome.status_changes) + " replayed"
                                : "not replayed: a mirror has none";
}

}  // namespace

void print_audit(Terminal& terminal, const AuditOutcome& outcome) {
  const HistoryReport& report = outcome.report;
  const ChainHistory& chain = outcome.chain;
  Table table;
  table.row({"log", outcome.origin});
  table.row({"ledger", "chain " + std::to_string(outcome.ledger.chain_id) + ", contract " +
                           ledger::evm::to_checksum_text(outcome.ledger.contract)});
  table.row({"log id", ledger::evm::to_data(outcome.ledger.log_id)});
  table.row({"as of block", human_count(chain.block.number) + ", " +
                                crypto::format_rfc3339(chain.block_time * kMsPerSecond)});
  table.row({"believed on", chain.why});
  table.row({"anchors", human_count(chain.head.seq) + " on the ledger, " +
                            human_count(report.anchors) + " read"});
  table.row({"log entries", human_count(report.entries) +
                                (outcome.mirrored && *outcome.mirrored > 0
                                     ? ", " + human_count(*outcome.mirrored) + " from the mirror"
                                     : "")});
  table.row({"credentials", human_count(report.credentials) + " in " +
                                human_count(report.batches.size()) + " batches"});
  table.row({"checkpoints", human_count(outcome.checkpoints) + " checked of " +
                                human_count(report.epochs.size()) + " epochs"});
  table.row({"batches", deep_text(outcome)});
  table.row({"status changes", status_text(outcome)});
  if (outcome.bundles > 0) table.row({"bundles", human_count(outcome.bundles)});
  std::string text = table.text();
  text.pop_back();
  terminal.line(text);
  for (const std::string& remark : chain.remarks) {
    terminal.line(terminal.doubtful("remark") + "  " + remark);
  }
  Table faults({"fault", "where", "what"});
  for (std::size_t i = 0; i < report.faults.size(); ++i) {
    const HistoryFault& fault = report.faults[i];
    faults.row({std::string(history_fault_name(fault.kind)), fault.where, fault.what});
    for (const std::string& file : outcome.evidence[i]) faults.row({"", "evidence", file});
  }
  if (!report.faults.empty()) {
    std::string lines = faults.text();
    lines.pop_back();
    terminal.line("\n" + lines);
  }
  if (report.fault_count > report.faults.size()) {
    terminal.line("and " + human_count(report.fault_count - report.faults.size()) + " more");
  }
  terminal.line(report.clean() ? terminal.good("clean")
                               : terminal.bad(human_count(report.fault_count) +
                                              (report.fault_count == 1 ? " fault" : " faults")));
}

std::string audit_to_json(const AuditOutcome& outcome) {
  const HistoryReport& report = outcome.report;
  const ChainHistory& chain = outcome.chain;
  JsonLine json;
  json.flag("clean", report.clean())
      .text("origin", outcome.origin)
      .number("chain_id", outcome.ledger.chain_id)
      .text("contract", ledger::evm::to_checksum_text(outcome.ledger.contract))
      .text("log_id", ledger::evm::to_data(outcome.ledger.log_id))
      .number("block", chain.block.number)
      .text("block_hash", ledger::evm::to_data(chain.block.hash))
      .text("block_time", crypto::format_rfc3339(chain.block_time * kMsPerSecond))
      .text("believed_on", chain.why)
      .number("anchors", chain.head.seq)
      .number("anchors_read", report.anchors)
      .number("log_entries", report.entries)
      .number("mirrored", outcome.mirrored.value_or(0))
      .number("credentials", report.credentials)
      .number("batches", report.batches.size())
      .number("epochs", report.epochs.size())
      .number("checkpoints", outcome.checkpoints)
      .number("bundles", outcome.bundles);
  if (outcome.deep) {
    json.number("leaf_hashes", *outcome.deep);
  } else {
    json.raw("leaf_hashes", "null");
  }
  if (outcome.status_changes) {
    json.number("status_changes", *outcome.status_changes);
  } else {
    json.raw("status_changes", "null");
  }
  return json.text("checkpoint", report.checkpoint)
      .raw("remarks", json_list(chain.remarks))
      .number("fault_count", report.fault_count)
      .raw("faults", faults_json(outcome))
      .finished();
}

}  // namespace kedge::node::cli
