// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include <nlohmann/json.hpp>

#include "config/units.hpp"
#include "crypto/rfc3339.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/command.hpp"
#include "node/cli/human.hpp"
#include "node/cli/node_client.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

using nlohmann::json;

std::string text_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : std::string("never");
}

std::string words_of(const json& list) {
  std::string out;
  for (const json& word : list) out += (out.empty() ? "" : ",") + word.get<std::string>();
  return out;
}

/// A duration from now, a time, or `never`, as the node wants it.
Result<std::string> expiry_of(const std::string& text) {
  const auto duration = config::parse_duration(text);
  if (!duration) return text;
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto end = static_cast<std::uint64_t>((now + *duration).count());
  if (end > crypto::kMaxTimeMs) return invalid_argument("expected a shorter time", "--expires");
  return crypto::format_rfc3339(end);
}

class IssuerCommand : public Command {
 public:
  std::string name() const override { return "issuer"; }
  std::string summary() const override {
    return "Issuers of a node, and the tokens they write with";
  }

  void declare(Arguments& arguments) override {
    arguments.positional("ACTION", action_, true,
                         "add: make an issuer; list: show all; token: give out an API token; "
                         "tokens: show those given out; revoke: end one; "
                         "webhooks: whom the node tells, and how that goes");
    arguments.positional("NAME", name_, false,
                         "The issuer, a DID or another URI; for revoke the id of a token");
    address_.declare(arguments);
    arguments.options("--scope", scopes_, "SCOPE...",
                      "token: anchor:write, status:write, read, admin (default the first two)");
    arguments.option("--label", label_, "TEXT", "token: what it is for");
    arguments.option("--expires", expires_, "WHEN",
                     "token: a duration such as 90d, a time, or never (default a year)");
    arguments.flag("--json", json_, "Print the answer of the node");
    arguments.footer(
        "A token is shown once. Give it to its owner on a safe way; the node keeps its hash "
        "alone.\n"
        "Whoever has it writes for the issuer: kedge submit --url URL --token-file FILE.");
  }

  ExitStatus run(Terminal& terminal) override {
    json params = json::object();
    std::string method;
    if (const Status made = question(method, params); !made) {
      terminal.error(made.error().message);
      return ExitStatus::usage;
    }
    auto client = address_.connect(terminal, true);
    if (!client) return ExitStatus::failed;
    const auto answer = client->call(method, params.dump());
    if (!answer) {
      terminal.error("issuer " + action_, answer.error());
      return ExitStatus::failed;
    }
    if (json_) {
      terminal.line(*answer);
    } else {
      show(terminal, json::parse(*answer));
    }
    return ExitStatus::done;
  }

 private:
  /// What is asked of the node.
  Status question(std::string& method, json& params) {
    const bool wants_name = action_ == "add" || action_ == "token" || action_ == "revoke";
    if (wants_name && name_.empty()) {
      return invalid_argument(
          "issuer " + action_ + " wants " +
          (action_ == "revoke" ? "the id of a token" : "the name of an issuer"));
    }
    if (action_ == "add") {
      method = "issuer_add";
      params["issuer"] = name_;
    } else if (action_ == "list" && name_.empty()) {
      method = "issuer_list";
    } else if (action_ == "token") {
      method = "issuer_token";
      return token_question(params);
    } else if (action_ == "tokens") {
      method = "token_list";
      if (!name_.empty()) params["issuer"] = name_;
    } else if (action_ == "webhooks") {
      method = "webhook_list";
      if (!name_.empty()) params["issuer"] = name_;
    } else if (action_ == "revoke") {
      method = "token_revoke";
      params["id"] = name_;
    } else {
      return invalid_argument(
          "issuer wants add NAME, list, token NAME, tokens [NAME], revoke ID or webhooks [NAME]");
    }
    return {};
  }

  Status token_question(json& params) {
    params["issuer"] = name_;
    params["scopes"] = scopes_;
    if (scopes_.empty()) params["scopes"] = json::array({"anchor:write", "status:write"});
    if (!label_.empty()) params["label"] = label_;
    if (expires_.empty()) return {};
    auto expires = expiry_of(expires_);
    if (!expires) return std::move(expires).error();
    params["expires"] = *std::move(expires);
    return {};
  }

  void show(Terminal& terminal, const json& answer) const {
    Table table;
    if (action_ == "add") {
      table.row({"issuer", answer.at("issuer").get<std::string>()});
      table.row({"hash", answer.at("issuer_hash").get<std::string>()});
      table.row({"made", answer.at("created").get<bool>() ? "now" : "before"});
    } else if (action_ == "list") {
      table = Table({"issuer", "accepted", "sealed", "tokens"});
      for (const json& issuer : answer.at("issuers")) {
        table.row({issuer.at("issuer").get<std::string>(),
                   human_count(issuer.at("accepted").get<std::uint64_t>()),
                   human_count(issuer.at("sealed").get<std::uint64_t>()),
                   human_count(issuer.at("tokens").get<std::uint64_t>())});
      }
    } else if (action_ == "tokens") {
      table = Table({"token", "state", "scopes", "expires", "issuer", "label"});
      for (const json& token : answer.at("tokens")) table.row(token_row(token));
    } else if (action_ == "webhooks") {
      table = Table({"webhook", "condition", "told", "last", "next try", "target", "issuer"});
      for (const json& hook : answer.at("webhooks")) table.row(webhook_row(hook));
    } else {
      if (answer.contains("token")) {
        table.row({"token", answer.at("token").get<std::string>()});
      }
      table.row({"id", answer.at("id").get<std::string>()});
      table.row({"issuer", answer.at("issuer").get<std::string>()});
      table.row({"scopes", words_of(answer.at("scopes"))});
      table.row({"expires", text_of(answer.at("expires"))});
      table.row({"state", answer.at("state").get<std::string>()});
    }
    std::string text = table.text();
    if (!text.empty()) text.pop_back();
    terminal.line(text);
  }

  static std::vector<std::string> token_row(const json& token) {
    return {token.at("id").get<std::string>(),     token.at("state").get<std::string>(),
            words_of(token.at("scopes")),          text_of(token.at("expires")),
            token.at("issuer").get<std::string>(), token.at("label").get<std::string>()};
  }

  static std::vector<std::string> webhook_row(const json& hook) {
    const bool working = hook.at("condition") == "working";
    const json& last = hook.at(working ? "last_delivery" : "last_failure");
    const json& next = hook.at("next_try");
    return {hook.at("name").get<std::string>(),
            hook.at("condition").get<std::string>(),
            human_count(hook.at("delivered").get<std::uint64_t>()),
            last.is_null()
                ? "-"
                : last.at("time").get<std::string>() + " " + last.at("outcome").get<std::string>(),
            next.is_string() ? next.get<std::string>() : "-",
            hook.at("target").get<std::string>(),
            hook.at("issuer").get<std::string>()};
  }

  NodeAddress address_;
  std::string action_;
  std::string name_;
  std::vector<std::string> scopes_;
  std::string label_;
  std::string expires_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_issuer_command() {
  return std::make_unique<IssuerCommand>();
}

}  // namespace kedge::node::cli
