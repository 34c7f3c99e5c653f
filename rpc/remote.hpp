// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "crypto/result.hpp"
#include "rpc/answer.hpp"

namespace kedge::rpc {

struct CallRequest {
  std::string method;
  /// JSON text, an array or an object.
  std::string params = "[]";
};

/// How a server has been of late.
struct Health {
  /// Failures since the last answer.
  std::uint32_t failures = 0;
  /// The newest of them, for a person.
  std::string trouble;
  /// Batches that were answered, and that were not, since the start.
  std::uint64_t answered_total = 0;
  std::uint64_t failed_total = 0;
};

/// Somebody who answers JSON-RPC calls. Blocking; `call` belongs to one thread at a time, the
/// others to any.
class Remote {
 public:
  virtual ~Remote() = default;

  /// Host and port: fit for logs.
  [[nodiscard]] virtual const std::string& name() const = 0;

  /// Sends the calls, several as one batch, so that one server answers them all from about one
  /// moment, and gives one answer a call, in their order. unavailable or too_busy if there is no
  /// answer to some of them; then any of them may have been carried out. Precondition: not empty.
  virtual Result<std::vector<Answer>> call(std::span<const CallRequest> requests) = 0;

  [[nodiscard]] virtual Health health() const = 0;

  /// What the calls that follow say in the field `traceparent` (W3C Trace Context); empty for
  /// nothing. Belongs to the thread of `call`. The default says nothing.
  virtual void set_trace(const std::string& /*traceparent*/) {}

  /// Ends the call that is under way and refuses all later ones.
  virtual void stop() = 0;
};

}  // namespace kedge::rpc
