// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "rpc/method_table.hpp"

namespace kedge::node {

/// Knows one user: whoever can read the cookie file, that is, whoever runs the node. Such a caller
/// may do everything, and writes for one issuer.
class CookieAuthorizer final : public rpc::Authorizer {
 public:
  /// `cookie`: what the file holds, 64 hex characters. Throws std::invalid_argument if it is
  /// shorter than 32, because an empty secret would let everybody in.
  CookieAuthorizer(std::string cookie, std::string issuer);
  CookieAuthorizer(const CookieAuthorizer&) = delete;
  CookieAuthorizer& operator=(const CookieAuthorizer&) = delete;
  ~CookieAuthorizer() override;

  /// `Bearer <cookie>`, RFC 6750 section 2.1, compared in constant time; open access for an empty
  /// value, unauthorized for anything else.
  [[nodiscard]] Result<rpc::Caller> authorize(std::string_view authorization) const override;

 private:
  std::string cookie_;
  const std::string issuer_;
};

}  // namespace kedge::node
