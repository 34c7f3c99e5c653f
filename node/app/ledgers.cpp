// SPDX-License-Identifier: Apache-2.0
#include "node/app/ledgers.hpp"

#include "ledger/embedded.hpp"
#include "node/app/evm_ledger.hpp"

namespace kedge::node {
namespace {

Result<std::unique_ptr<ledger::Ledger>> open_ledger(const config::DataDir& dir,
                                                    const config::LedgerSettings& wanted,
                                                    const Clock& clock) {
  if (wanted.kind == "evm") return open_evm_ledger(wanted, clock);
  if (wanted.kind != "embedded") {
    return invalid_argument("unknown kind '" + wanted.kind + "', expected embedded or evm",
                            "ledger.kind");
  }
  auto opened = ledger::EmbeddedLedger::open(dir.embedded_ledger(), wanted.name,
                                             [&clock] { return clock.unix_ms(); });
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<ledger::Ledger>(*std::move(opened));
}

}  // namespace

Result<std::vector<std::unique_ptr<ledger::Ledger>>> open_ledgers(const config::Settings& settings,
                                                                  const Clock& clock) {
  const config::DataDir dir(settings.data_dir);
  std::vector<std::unique_ptr<ledger::Ledger>> ledgers;
  std::size_t embedded = 0;
  for (const config::LedgerSettings& wanted : settings.ledgers) {
    if (wanted.kind == "embedded" && ++embedded > 1) {
      return invalid_argument("a node has at most one embedded ledger", "ledger.kind");
    }
    auto opened = open_ledger(dir, wanted, clock);
    if (!opened) {
      Error error = std::move(opened).error();
      error.message = "ledger '" + wanted.name + "': " + error.message;
      return error;
    }
    ledgers.push_back(*std::move(opened));
  }
  return ledgers;
}

}  // namespace kedge::node
