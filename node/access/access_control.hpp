// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "node/access/cookie_authorizer.hpp"
#include "node/access/jwt_authority.hpp"
#include "node/access/recorder.hpp"
#include "node/access/token_store.hpp"
#include "rpc/method_table.hpp"

namespace kedge::node {

/// Who a caller is, by whatever credentials it shows as `Authorization: Bearer ...`: the cookie of
/// the local user, an API token, or a JWT access token. Thread-safe; the cookie and API tokens take
/// no lock.
class AccessControl final : public rpc::Authorizer {
 public:
  struct Parts {
    /// Of the node's cookie file, and the issuer that its holder writes for.
    std::string cookie;
    std::string issuer;
    const TokenStore& tokens;
    /// nullptr: no JWT is taken.
    const JwtAuthority* jwt = nullptr;
    /// nullptr: refusals are not recorded.
    Recorder* recorder = nullptr;
    std::function<std::uint64_t()> now_ms;
  };

  /// What the parts point to must outlive it. Throws std::invalid_argument for a cookie that is too
  /// short.
  explicit AccessControl(Parts parts);

  [[nodiscard]] Result<rpc::Caller> authorize(std::string_view authorization) const override;
  void on_refused(const rpc::Caller& caller, std::string_view method,
                  const Error& error) const noexcept override;

 private:
  Parts parts_;
  const CookieAuthorizer cookie_;
};

}  // namespace kedge::node
