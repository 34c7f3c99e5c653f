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
  const std::string scheme = settings.network.tls_certificate.empty() ? "http://" : "https://";
  const std::string& admin = settings.network.admin_listen;
  auto listen = config::parse_listen_address(admin.empty() ? settings.rpc.listen : admin);
  if (!listen) return scheme + settings.rpc.listen;
  if (listen->host == "0.0.0.0") listen->host = "127.0.0.1";
  if (listen->host == "::") listen->host = "::1";
  const bool v6 = listen->host.find(':') != std::string::npos;
  return scheme + (v6 ? "[" + listen->host + "]" : listen->host) + ":" +
         std::to_string(listen->port);
}

}  // namespace

void NodeAddress::declare(Arguments& arguments) {
  node.declare(arguments);
  arguments.option(
      "--ca", ca_file, "FILE",
      "PEM file of the certificates to trust for https (default: the system's; for the "
      "data directory's own node, its certificate)");
  arguments.option("--url", url, "URL", "The node (default: where the data directory's listens)");
  arguments.option("--token-file", token_file, "FILE",
                   "A token for the node, in a file that only you may read (default: the cookie of "
                   "the data directory)");
}

std::optional<rpc::Client> NodeAddress::connect(Terminal& terminal, bool writer) const {
  const auto settings = node.load(terminal);
  if (!settings) return std::nullopt;
  const config::DataDir dir(settings->data_dir);
  std::string target = url.empty() ? address_of(dir) : url;
  if (target.empty()) target = url_of(*settings);
  rpc::ClientOptions options;
  options.ca_file = ca_file;
  if (request_timeout) options.request_timeout = *request_timeout;
  // The node of this directory is the one that shows its certificate, whatever name is in that.
  const std::string& certificate = settings->network.tls_certificate;
  if (url.empty() && ca_file.empty() && !certificate.empty()) {
    auto pem = read_file(certificate);
    if (!pem) {
      terminal.error("cannot read the node's certificate " + certificate, pem.error());
      return std::nullopt;
    }
    options.pinned_certificate = *std::move(pem);
  }
  if (!token_file.empty()) {
    auto token = config::read_secret_file(token_file);
    if (!token) {
      terminal.error("no token", token.error());
      return std::nullopt;
    }
    token->erase(token->find_last_not_of(" \r\n") + 1);
    options.token = *std::move(token);
  } else if (writer) {
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
