// SPDX-License-Identifier: Apache-2.0
#include "node/access/cookie_authorizer.hpp"

#include <stdexcept>

#include "crypto/bytes.hpp"
#include "node/access/scopes.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMinCookie = 32;

}  // namespace

CookieAuthorizer::CookieAuthorizer(std::string cookie, std::string issuer)
    : cookie_(std::move(cookie)), issuer_(std::move(issuer)) {
  if (cookie_.size() < kMinCookie) throw std::invalid_argument("the cookie is too short");
}

CookieAuthorizer::~CookieAuthorizer() {
  secure_clear(cookie_.data(), cookie_.size());
}

Result<rpc::Caller> CookieAuthorizer::authorize(std::string_view authorization) const {
  if (authorization.empty()) return rpc::Caller{};
  const auto shown = bearer_token(authorization);
  if (shown && equal_constant_time(as_bytes(*shown), as_bytes(cookie_))) {
    return make_caller(kAllScopes, issuer_, "cookie");
  }
  return Error{Errc::unauthorized, "expected Bearer and the node's cookie"};
}

}  // namespace kedge::node
