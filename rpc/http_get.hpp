// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/http.hpp"
#include "rpc/url.hpp"

namespace kedge::rpc {

/// `scheme://host[:port]` of an http or https URL (RFC 6454): lower case, the scheme's own port
/// left out. invalid_argument for anything else, and for URLs with user information.
Result<std::string> url_origin(std::string_view url);

struct GetOptions {
  /// Whom may be asked, as url_origin() writes them. Nobody else is connected to, or looked up.
  std::vector<std::string> origins = {};
  /// From the connection to the last octet. The system's resolver knows no deadline of its own.
  std::chrono::milliseconds timeout{10'000};
  std::size_t max_bytes = std::size_t{4} << 20;
  /// PEM file with the certificates to trust; empty: the system's.
  std::string ca_file = {};
};

/// Reads documents whose addresses come out of somebody else's document: from a list of origins
/// alone, bounded in time and size, one connection a document, without following redirects and
/// without any content coding (nothing is decompressed here). One thread at a time.
class HttpGet {
 public:
  /// The origins may be written as any URL of theirs. invalid_argument names the one that is none.
  static Result<HttpGet> create(GetOptions options);

  /// The document. Errors: invalid_argument for what is no such URL, unauthorized for an origin
  /// that is not in the list, not_found for 404 and 410, unavailable for everything else, redirects
  /// among it. They name the host, never the rest of the URL.
  [[nodiscard]] Result<HttpResponse> get(std::string_view url, std::string_view accept) const;

  [[nodiscard]] const std::vector<std::string>& origins() const { return options_.origins; }

 private:
  explicit HttpGet(GetOptions options) : options_(std::move(options)) {}

  GetOptions options_;
};

}  // namespace kedge::rpc
