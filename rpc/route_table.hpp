// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rpc/http.hpp"

namespace kedge::rpc {

/// All routes of a server, and which of them a request is for. Read-only; thread-safe.
class RouteTable {
 public:
  explicit RouteTable(std::vector<Route> routes);

  struct Found {
    /// nullptr if nothing has this path, or it does not know the method.
    const Route* route = nullptr;
    /// The value of Allow; empty if nothing has this path.
    std::string allowed;
    /// Of these, what scripts of other web pages may use.
    std::string open;
  };
  /// `operators`: whether what is for operators exists here. HEAD is answered where GET is; OPTIONS
  /// is every path's, but no route's.
  [[nodiscard]] Found find(std::string_view path, std::string_view method,
                           bool operators = true) const;

 private:
  /// The most literal path first.
  std::vector<Route> routes_;
};

/// The answer to OPTIONS: what can be done, and what scripts of other pages may do (Fetch section
/// 3.3, "CORS protocol").
HttpResponse preflight(const RouteTable::Found& found);

}  // namespace kedge::rpc
