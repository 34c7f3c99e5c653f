// SPDX-License-Identifier: Apache-2.0
#include "node/access/access_control.hpp"

#include <exception>
#include <utility>

#include "node/access/scopes.hpp"
#include "node/access/token_text.hpp"

namespace kedge::node {

AccessControl::AccessControl(Parts parts)
    : parts_(std::move(parts)), cookie_(parts_.cookie, parts_.issuer) {
  secure_clear(parts_.cookie.data(), parts_.cookie.size());
}

Result<rpc::Caller> AccessControl::authorize(std::string_view authorization) const {
  if (authorization.empty()) return rpc::Caller{};
  const auto shown = bearer_token(authorization);
  if (!shown) return Error{Errc::unauthorized, "no Bearer credentials"};
  if (shown->starts_with(kTokenPrefix)) return parts_.tokens.check(*shown, parts_.now_ms());
  if (shown->find('.') != std::string_view::npos) {
    if (parts_.jwt == nullptr) {
      return Error{Errc::unauthorized, "access token: none are taken here"};
    }
    return parts_.jwt->check(*shown, parts_.now_ms());
  }
  auto local = cookie_.authorize(authorization);
  if (!local) return Error{Errc::unauthorized, "unknown credentials"};
  return local;
}

void AccessControl::on_refused(const rpc::Caller& caller, std::string_view method,
                               const Error& error) const noexcept {
  if (parts_.recorder == nullptr) return;
  try {
    RecordEvent event;
    event.actor = caller.actor;
    event.issuer = caller.issuer;
    event.action = method;
    event.result = "refused: " + error.message;
    parts_.recorder->note_refusal(std::move(event));
  } catch (const std::exception&) {
    // Without memory for a line there is nobody to tell; the refusal stands.
    return;
  }
}

}  // namespace kedge::node
