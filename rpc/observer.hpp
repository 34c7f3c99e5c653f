// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "crypto/result.hpp"
#include "rpc/request_tag.hpp"

namespace kedge::rpc {

/// Is told what the server does, for metrics and the node's log. Every function may be called from
/// several threads at once, must be quick and must not throw. The defaults do nothing.
class Observer {
 public:
  virtual ~Observer() = default;

  /// A call was answered; `code` is 0 or the JSON-RPC code. `method` is empty where no known
  /// method was named. `tag` is that of the request which brought it.
  virtual void on_call(std::string_view method, int code, std::chrono::nanoseconds took,
                       const RequestTag& tag) noexcept;
  /// A fault of ours whose details the answer does not tell; `tag` may be about no request.
  virtual void on_fault(std::string_view method, const Error& error,
                        const RequestTag& tag) noexcept;
  /// An answer is on its way.
  virtual void on_response(unsigned http_status, const RequestTag& tag) noexcept;
  /// Connections open now.
  virtual void on_connections(std::size_t open) noexcept;
};

}  // namespace kedge::rpc
