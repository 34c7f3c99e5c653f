// SPDX-License-Identifier: Apache-2.0
#include "crypto/random.hpp"
#include "ledger/evm/address.hpp"
#include "ledger/evm/contract_code.hpp"
#include "ledger/evm/quantity.hpp"
#include "ledger/evm/setup.hpp"
#include "node/app/evm_signer.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/signer_options.hpp"
#include "node/cli/terminal.hpp"
#include "rpc/endpoint.hpp"

namespace kedge::node::cli {
namespace {

namespace evm = ledger::evm;

class LedgerCommand : public Command {
 public:
  std::string name() const override { return "ledger"; }
  std::string summary() const override {
    return "Set a node up on an EVM chain: deploy the contract, open a log in it";
  }

  void declare(Arguments& arguments) override {
    arguments.positional("ACTION", action_, true,
                         "deploy: put the contract AnchorLog on the chain, once for all its users; "
                         "open: open a log in it");
    arguments.option("--url", url_, "URL", "A node of the chain");
    arguments.option("--chain-id", options_.chain_id, 1, evm::kMaxChainId, "The chain");
    arguments.option("--contract", contract_, "ADDRESS", "open: where AnchorLog is");
    arguments.option("--salt", salt_, "HEX",
                     "open: 0x and 64 digits that tell the logs of one account apart "
                     "(default random)");
    signer_.declare(arguments);
    arguments.option("--gas-price", gas_price_, 0, UINT64_MAX,
                     "Wei for a unit of gas; 0 where gas is free");
    arguments.option("--patience", patience_, 1, 86'400, "Seconds to wait for the block");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "open prints the [[ledger]] table for the node's settings file. The account that opens a\n"
        "log is its controller: only its key can write to it, and nothing replaces a lost key.");
  }

  ExitStatus run(Terminal& terminal) override {
    if (action_ != "deploy" && action_ != "open") {
      terminal.error("ledger wants deploy or open");
      return ExitStatus::usage;
    }
    if (url_.empty() || options_.chain_id == 0) {
      terminal.error("ledger " + action_ + " wants --url and --chain-id");
      return ExitStatus::usage;
    }
    if (action_ == "open" && contract_.empty()) {
      terminal.error("ledger open wants --contract");
      return ExitStatus::usage;
    }
    options_.gas_price = evm::U256(gas_price_);
    options_.patience = std::chrono::seconds(patience_);
    auto endpoint = rpc::Endpoint::create(url_, {});
    if (!endpoint) return failed(terminal, endpoint.error());
    evm::EthApi api(**endpoint);
    const Status done = action_ == "deploy" ? deploy(terminal, api) : open(terminal, api);
    return done ? ExitStatus::done : failed(terminal, done.error());
  }

 private:
  ExitStatus failed(Terminal& terminal, const Error& error) const {
    terminal.error("ledger " + action_, error);
    return ExitStatus::failed;
  }

  Status deploy(Terminal& terminal, evm::EthApi& api) const {
    const auto signer = open_evm_signer(signer_.settings, evm::deploy_policy(options_));
    if (!signer) return signer.error();
    terminal.note("deploying AnchorLog from " + evm::to_checksum_text((*signer)->address()));
    const auto made = evm::deploy_contract(api, **signer, options_);
    if (!made) return made.error();
    const std::string contract = evm::to_checksum_text(made->contract);
    const std::string code_hash = evm::to_data(evm::anchor_log_code().runtime_hash);
    if (json_) {
      terminal.line(JsonLine()
                        .text("contract", contract)
                        .text("code_hash", code_hash)
                        .number("chain_id", options_.chain_id)
                        .number("block", made->block)
                        .text("transaction", evm::to_data(made->transaction))
                        .finished());
      return {};
    }
    terminal.line("contract     " + contract);
    terminal.line("code hash    " + code_hash);
    terminal.line("block        " + std::to_string(made->block));
    terminal.line("transaction  " + evm::to_data(made->transaction));
    return {};
  }

  Status open(Terminal& terminal, evm::EthApi& api) const {
    const auto contract = evm::parse_address(contract_);
    if (!contract) return invalid_argument(contract.error().message, "--contract");
    Hash salt{};
    if (salt_.empty()) {
      crypto::random_bytes(salt);
    } else {
      const auto given = evm::hash_from_data(salt_);
      if (!given) return invalid_argument(given.error().message, "--salt");
      salt = *given;
    }
    const auto signer = open_evm_signer(signer_.settings, evm::open_policy(options_, *contract));
    if (!signer) return signer.error();
    const std::string controller = evm::to_checksum_text((*signer)->address());
    terminal.note("opening a log of " + controller);
    const auto opened = evm::open_log(api, **signer, *contract, salt, options_);
    if (!opened) return opened.error();
    if (json_) {
      terminal.line(JsonLine()
                        .text("log_id", evm::to_data(opened->log_id))
                        .text("contract", evm::to_checksum_text(*contract))
                        .text("controller", controller)
                        .text("salt", evm::to_data(salt))
                        .number("chain_id", options_.chain_id)
                        .number("block", opened->block)
                        .text("transaction", evm::to_data(opened->transaction))
                        .finished());
      return {};
    }
    std::string settings = settings_of(*contract, *opened);
    settings.pop_back();
    terminal.line(settings);
    return {};
  }

  /// What the node's settings file needs to say.
  [[nodiscard]] std::string settings_of(const evm::Address& contract,
                                        const evm::OpenedLog& opened) const {
    return "[[ledger]]\nname = \"evm\"\nkind = \"evm\"\nurls = [\"" + url_ +
           "\"]\nchain_id = " + std::to_string(options_.chain_id) + "\ncontract = \"" +
           evm::to_checksum_text(contract) + "\"\nlog_id = \"" + evm::to_data(opened.log_id) +
           "\"\nfirst_block = " + std::to_string(opened.block) + "\n" + signer_.to_toml();
  }

  std::string action_;
  std::string url_;
  std::string contract_;
  std::string salt_;
  SignerOptions signer_;
  std::uint64_t gas_price_ = 0;
  std::uint64_t patience_ = 120;
  evm::SetupOptions options_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ledger_command() {
  return std::make_unique<LedgerCommand>();
}

}  // namespace kedge::node::cli
