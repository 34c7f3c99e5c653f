// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "crypto/result.hpp"

namespace kedge::rpc {

struct Url {
  /// `http`, `https`, `ws` or `wss`.
  std::string scheme = "http";
  /// `user:password`, decoded; empty without. A secret.
  std::string user_info;
  /// A name or a numeric address, an IPv6 one without its brackets.
  std::string host;
  std::uint16_t port = 80;
  /// Begins with `/`; holds the query as well. May hold a key: a secret.
  std::string path = "/";

  [[nodiscard]] bool secure() const { return scheme == "https" || scheme == "wss"; }
  [[nodiscard]] bool web_socket() const { return scheme == "ws" || scheme == "wss"; }
  /// The value of the Host field (RFC 9110 section 7.2). All of a URL that may be shown to a
  /// person or written to a log, since keys of services stand in paths, queries and user
  /// information.
  [[nodiscard]] std::string authority() const;
};

/// `http[s]://[user:password@]host[:port][/path]`, or ws[s] (RFC 3986). invalid_argument for any
/// other scheme, a fragment, and anything outside printable ASCII. The error does not repeat the
/// text.
Result<Url> parse_url(std::string_view text);

}  // namespace kedge::rpc
