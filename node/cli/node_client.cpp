// SPDX-License-Identifier: Apache-2.0
#include "node/cli/node_client.hpp"

#include "config/data_dir.hpp"
#include "config/listen_address.hpp"
#include "config/secret_file.hpp"
#include "node/cli/arguments.hpp"
#include "node/cli/files.hpp"
#include "node/cli/terminal.hpp"

namespace kedge::node::cli {
namespace {

constexpr std::string_view kHowToReach =
    "Start one with \"kedge node\", or name its directory with --data.";

/// What the running node has left in its data directory; empty if there is none.
std::string address_of(const config::DataDir& dir) {
  auto text = read_file(dir.address());
  if (!text) return {};
  text->erase(text->find_last_not_of(" \n") + 1);
  return *std::move(text);
}

/// Where to connect to reach what listens there: "any address" is no address to connect to.
std::string url_of(const config::Settings& settings) {
  auto listen = config::parse_listen_address(settings.rpc.listen);
  if (!listen) return "http://" + settings.rpc.listen;
  if (listen->host == "0.0.0.0") listen->host = "127.0.0.1";
  if (listen->host == "::") listen->host = "::1";
  const bool v6 = listen->host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + listen->host + "]" : listen->host) + ":" +
         std::to_string(listen->port);
}

}  // namespace

void NodeAddress::declare(Arguments& arguments) {
  node.declare(arguments);
  arguments.option("--url", url, "URL", "The node (default: where the data directory's listens)");
}

std::optional<rpc::Client> NodeAddress::connect(Terminal& terminal, bool writer) const {
  const auto settings = node.load(terminal);
  if (!settings) return std::nullopt;
  const config::DataDir dir(settings->data_dir);
  std::string target = url.empty() ? address_of(dir) : url;
  if (target.empty()) target = url_of(*settings);
  rpc::ClientOptions options;
  if (writer) {
    auto cookie = config::read_secret_file(dir.cookie());
    if (!cookie) {
      terminal.error("no cookie of a running node", cookie.error());
      terminal.note(kHowToReach);
      return std::nullopt;
    }
    options.token = *std::move(cookie);
  }
  auto client = rpc::Client::connect(target, std::move(options));
  if (!client) {
    terminal.error("cannot reach the node at " + target, client.error());
    if (url.empty() && address_of(dir).empty()) terminal.note(kHowToReach);
    return std::nullopt;
  }
  return *std::move(client);
}

}  // namespace kedge::node::cli
