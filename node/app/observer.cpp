// SPDX-License-Identifier: Apache-2.0
#include "node/app/observer.hpp"

#include <exception>

namespace kedge::node {

void LogObserver::on_fault(std::string_view method, const Error& error) noexcept {
  try {
    log_.write(NodeLog::Level::error, "a call failed by a fault of ours",
               {{"method", std::string(method)}, {"reason", error.message}});
  } catch (const std::exception&) {
    // Without memory for a line of the log there is nobody left to tell.
    return;
  }
}

}  // namespace kedge::node
