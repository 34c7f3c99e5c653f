// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "crypto/result.hpp"
#include "node/cli/node_options.hpp"
#include "rpc/client.hpp"

namespace kedge::node::cli {

class Arguments;
class Terminal;

/// How a command reaches a running node: `--url`, else where the node of the data directory
/// listens; and who it is there: `--token-file`, else the cookie of the data directory.
struct NodeAddress {
  NodeOptions node;
  std::string url;
  /// File with an API token or access token, instead of the cookie.
  std::string token_file;
  std::string ca_file;

  /// How long an answer may take, where the client's own bound is too short.
  std::optional<std::chrono::milliseconds> request_timeout = {};

  void declare(Arguments& arguments);

  /// Connects; with the token, or, if `writer`, with the cookie of the data directory. Says itself
  /// what is wrong, and what to do about it.
  [[nodiscard]] std::optional<rpc::Client> connect(Terminal& terminal, bool writer) const;
};

}  // namespace kedge::node::cli
