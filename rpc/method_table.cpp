// SPDX-License-Identifier: Apache-2.0
#include "rpc/method_table.hpp"

#include <stdexcept>

namespace kedge::rpc {

Reply::Reply(std::shared_ptr<Sink> sink, std::size_t call) : sink_(std::move(sink)), call_(call) {}

Reply& Reply::operator=(Reply&& other) noexcept {
  if (this != &other) {
    if (sink_) fail({Errc::internal, "a call was dropped unanswered"});
    sink_ = std::move(other.sink_);
    call_ = other.call_;
  }
  return *this;
}

Reply::~Reply() {
  if (sink_) fail({Errc::internal, "a call was dropped unanswered"});
}

void Reply::settle(Result<CallResult> result) {
  const std::shared_ptr<Sink> sink = std::move(sink_);
  if (!sink) throw std::logic_error("a call was answered twice");
  sink->settle(call_, std::move(result));
}

void Reply::ok(std::string result) {
  settle(CallResult(std::move(result)));
}

void Reply::ok(std::shared_ptr<const LateResult> result) {
  settle(CallResult(std::move(result)));
}

void Reply::fail(Error error) {
  settle(std::move(error));
}

void Authorizer::on_refused(const Caller&, std::string_view, const Error&) const noexcept {}

void MethodTable::add(Method method) {
  const bool deferred = method.dispatch == Dispatch::deferred;
  const bool connected = method.dispatch == Dispatch::connection;
  if (method.name.empty() || deferred != static_cast<bool>(method.deferred) ||
      connected != static_cast<bool>(method.connected) ||
      (deferred || connected) == static_cast<bool>(method.handler)) {
    throw std::logic_error("method '" + method.name + "' needs the one handler of its dispatch");
  }
  if (method.attempt && method.dispatch != Dispatch::worker) {
    throw std::logic_error("method '" + method.name + "' leaves nothing to a worker");
  }
  std::string name = method.name;
  if (!methods_.emplace(std::move(name), std::move(method)).second) {
    throw std::logic_error("two methods of one name");
  }
}

const Method* MethodTable::find(std::string_view name) const {
  const auto it = methods_.find(name);
  return it == methods_.end() ? nullptr : &it->second;
}

}  // namespace kedge::rpc
