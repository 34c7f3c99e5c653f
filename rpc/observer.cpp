// SPDX-License-Identifier: Apache-2.0
#include "rpc/observer.hpp"

namespace kedge::rpc {

void Observer::on_call(std::string_view, int, std::chrono::nanoseconds,
                       const RequestTag&) noexcept {}
void Observer::on_fault(std::string_view, const Error&, const RequestTag&) noexcept {}
void Observer::on_response(unsigned, const RequestTag&) noexcept {}
void Observer::on_connections(std::size_t) noexcept {}

}  // namespace kedge::rpc
