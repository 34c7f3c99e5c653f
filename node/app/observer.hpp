// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "node/app/node_log.hpp"
#include "rpc/observer.hpp"

namespace kedge::node {

/// Writes what the server's answers do not tell into the node's log. Thread-safe.
class LogObserver final : public rpc::Observer {
 public:
  explicit LogObserver(NodeLog& log) : log_(log) {}

  void on_fault(std::string_view method, const Error& error) noexcept override;

 private:
  NodeLog& log_;
};

}  // namespace kedge::node
