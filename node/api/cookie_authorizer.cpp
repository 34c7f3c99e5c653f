// SPDX-License-Identifier: Apache-2.0
#include "node/api/cookie_authorizer.hpp"

#include <algorithm>
#include <stdexcept>

#include "crypto/bytes.hpp"

namespace kedge::node {
namespace {

constexpr std::size_t kMinCookie = 32;
constexpr std::string_view kScheme = "bearer ";

/// The scheme is compared without case (RFC 9110 section 11.1).
bool has_scheme(std::string_view authorization) {
  return authorization.size() > kScheme.size() &&
         std::equal(kScheme.begin(), kScheme.end(), authorization.begin(),
                    [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b - 'A' + 'a' : b); });
}

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
  if (has_scheme(authorization) &&
      equal_constant_time(as_bytes(authorization.substr(kScheme.size())), as_bytes(cookie_))) {
    return rpc::Caller{rpc::Access::admin, issuer_};
  }
  return Error{Errc::unauthorized, "expected Bearer and the node's cookie"};
}

}  // namespace kedge::node
