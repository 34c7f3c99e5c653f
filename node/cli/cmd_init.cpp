// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "config/data_dir.hpp"
#include "config/secret_file.hpp"
#include "crypto/jwk.hpp"
#include "node/app/initialise.hpp"
#include "node/app/list_keys.hpp"
#include "node/app/log_key.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/json_line.hpp"
#include "node/cli/node_options.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

class InitCommand : public Command {
 public:
  std::string name() const override { return "init"; }
  std::string summary() const override { return "Make a data directory: log key, empty store"; }

  void declare(Arguments& arguments) override {
    node_.declare(arguments);
    arguments.option("--origin", origin_, "NAME",
                     "Name of the log, such as anchor.example.edu/log (default localhost/kedge)");
    arguments.option("--issuer", issuer_, "NAME",
                     "Whose credentials are submitted here (default did:example:issuer)");
    arguments.option("--list-key", list_key_, "FILE",
                     "Key of the issuer for its status lists: a key file or a private JWK\n"
                     "(default: a new one)");
    arguments.flag("--json", json_, "Print the outcome as JSON");
    arguments.footer(
        "The origin is part of every checkpoint and can never be changed. Give log.vkey to those\n"
        "who verify; keep what is in keys/ to yourself. The list key signs the issuer's status "
        "lists:\n"
        "put its public half, which --json shows, into the issuer's DID document under that name.");
  }

  ExitStatus run(Terminal& terminal) override {
    auto settings = node_.load(terminal);
    if (!settings) return ExitStatus::failed;
    if (!origin_.empty()) settings->log.origin = origin_;
    if (!issuer_.empty()) settings->issuer = issuer_;
    auto imported = list_key_text();
    if (!imported) return failed(terminal, imported.error());
    const Status made = initialise(*settings, *imported);
    secure_clear(imported->data(), imported->size());
    if (!made) return failed(terminal, made.error());

    const config::DataDir dir(settings->data_dir);
    const auto key = load_log_vkey(dir);
    if (!key) return failed(terminal, key.error());
    ListKeys list_keys(dir);
    const auto list_key = list_keys.of(settings->issuer);
    if (!list_key) return failed(terminal, list_key.error());
    const std::string& method = (*list_key)->verification_method();
    if (json_) {
      terminal.line(
          JsonLine()
              .text("data_dir", dir.root().string())
              .text("origin", settings->log.origin)
              .text("issuer", settings->issuer)
              .text("log_key", key->vkey())
              .text("list_key", method)
              .text("list_jwk", crypto::jwk_from_public_key((*list_key)->public_key()).dump())
              .finished());
      return ExitStatus::done;
    }
    Table table;
    table.row({"data directory", dir.root().string()});
    table.row({"origin", settings->log.origin});
    table.row({"issuer", settings->issuer});
    table.row({"log key", key->vkey()});
    table.row({"list key", method});
    std::string text = table.text();
    text.pop_back();
    terminal.line(text);
    return ExitStatus::done;
  }

 private:
  /// Empty where no key is imported.
  Result<std::string> list_key_text() const {
    if (list_key_.empty()) return std::string();
    return config::read_secret_file(list_key_);
  }

  static ExitStatus failed(Terminal& terminal, const Error& error) {
    terminal.error("no data directory was made", error);
    return ExitStatus::failed;
  }

  NodeOptions node_;
  std::string origin_;
  std::string issuer_;
  std::string list_key_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_init_command() {
  return std::make_unique<InitCommand>();
}

}  // namespace kedge::node::cli
